/**
 * What may be handed in with a claim: files that were uploaded to `/files` and are named by their locator. A caller never writes an address, so there is none to point
 * at a script, a file of ours or a machine behind the wall; and what a file is, the documents service says, not the caller.
 */
import { hasRole } from '@olly/kit/auth';
import { Refused } from '@olly/kit/errors';
import { isLocator } from '@olly/kit/locator';
import type { Context } from '../context.ts';
import type { UploadedFile } from '../ports/index.ts';

export const DOCUMENTS_MAX = 20;
export const DOCUMENT_BYTES_MAX = 10 * 1024 * 1024;
const TYPES = new Set(['application/pdf', 'image/png', 'image/jpeg', 'image/heic', 'image/tiff', 'text/plain']);
const NAME_MAX = 200;

export interface NewDocument {
  readonly file: string;
  readonly filename?: string | null;
  readonly contentType?: string | null;
  readonly sizeBytes?: number | null;
}

export interface StoredDocument {
  readonly url: string;
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
}

const refuse = (message: string, field: string): Refused => new Refused('DOCUMENT_INVALID', message, field);

/** Checks one document against the file that it names; null when there is no such file for this caller. Throws `Refused` DOCUMENT_INVALID. */
export function readDocument(document: NewDocument, file: UploadedFile | null, at = 'document'): StoredDocument {
  if (!file) throw refuse('There is no such file: a document is named by the locator that /files has answered.', `${at}.file`);
  const { contentType, sizeBytes } = file;
  const name = (document.filename ?? file.filename).trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (name === '' || name.length > NAME_MAX || /[\u0000-\u001f\u007f/\\]/.test(name))
    throw refuse('A file name has 1 to 200 characters and no path.', `${at}.filename`);
  if (!TYPES.has(contentType)) throw refuse('Documents are PDF, PNG, JPEG, HEIC, TIFF or plain text.', `${at}.contentType`);
  if (document.contentType != null && document.contentType !== contentType) throw refuse(`The file is ${contentType}.`, `${at}.contentType`);
  if (sizeBytes < 1 || sizeBytes > DOCUMENT_BYTES_MAX) throw refuse('A document has at most 10 MB.', `${at}.sizeBytes`);
  if (document.sizeBytes != null && document.sizeBytes !== sizeBytes) throw refuse(`The file has ${sizeBytes} bytes.`, `${at}.sizeBytes`);
  return { url: `/files/${document.file}`, filename: name, contentType, sizeBytes };
}

/** A file that the caller has uploaded, or that is the caller's or the patient's; to staff, any. Another's is answered as one that is not there. */
async function fileOf({ ports, identity }: Context, locator: string, patient: string | null): Promise<UploadedFile | null> {
  if (!isLocator(locator)) return null;
  const file = await ports.documents.fileFor(locator);
  if (!file || hasRole(identity, 'adjuster', 'admin') || file.uploadedBy === identity.subject) return file;
  const owners = [identity.party?.locator, patient].filter((one) => one != null);
  return file.ownerPartyLocator !== null && owners.includes(file.ownerPartyLocator) ? file : null;
}

/** Looks each document up and checks it. Throws `Refused`. */
export async function storedDocuments(
  ctx: Context,
  documents: readonly NewDocument[],
  patient: string | null,
  at = (index: number): string => `documents[${index}]`,
): Promise<StoredDocument[]> {
  if (documents.length > DOCUMENTS_MAX) throw new Refused('TOO_MANY_DOCUMENTS', `A claim has at most ${DOCUMENTS_MAX} documents.`, 'documents');
  return Promise.all(documents.map(async (document, index) => readDocument(document, await fileOf(ctx, document.file, patient), at(index))));
}
