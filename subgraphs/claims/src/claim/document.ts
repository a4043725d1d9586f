/**
 * What may be handed in with a claim: files that were uploaded to `/files` and are named by their locator. A caller never writes an address, so there is none to point
 * at a script, a file of ours or a machine behind the wall.
 */
import { Refused } from '@olly/kit/errors';
import { isLocator } from '@olly/kit/locator';

export const DOCUMENTS_MAX = 20;
export const DOCUMENT_BYTES_MAX = 10 * 1024 * 1024;
const TYPES = new Set(['application/pdf', 'image/png', 'image/jpeg', 'image/heic', 'image/tiff', 'text/plain']);
const NAME_MAX = 200;

export interface NewDocument {
  readonly file: string;
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

export interface StoredDocument {
  readonly url: string;
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

const refuse = (message: string, field: string): Refused => new Refused('DOCUMENT_INVALID', message, field);

/** Checks one document. Throws `Refused` DOCUMENT_INVALID. */
export function readDocument({ file, filename, contentType, sizeBytes }: NewDocument, at = 'document'): StoredDocument {
  if (!isLocator(file)) throw refuse('A document is named by the locator that /files has answered.', `${at}.file`);
  const name = filename.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (name === '' || name.length > NAME_MAX || /[\u0000-\u001f\u007f/\\]/.test(name))
    throw refuse('A file name has 1 to 200 characters and no path.', `${at}.filename`);
  if (!TYPES.has(contentType)) throw refuse('Documents are PDF, PNG, JPEG, HEIC, TIFF or plain text.', `${at}.contentType`);
  if (sizeBytes < 1 || sizeBytes > DOCUMENT_BYTES_MAX) throw refuse('A document has at most 10 MB.', `${at}.sizeBytes`);
  return { url: `/files/${file}`, filename: name, contentType, sizeBytes };
}

export function readDocuments(documents: readonly NewDocument[]): StoredDocument[] {
  if (documents.length > DOCUMENTS_MAX) throw new Refused('TOO_MANY_DOCUMENTS', `A claim has at most ${DOCUMENTS_MAX} documents.`, 'documents');
  return documents.map((document, index) => readDocument(document, `documents[${index}]`));
}
