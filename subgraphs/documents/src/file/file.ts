/**
 * What may be kept as an upload. Pure: a name, a type and bytes go in, a checked file or a refusal comes out. The first bytes must be those of the type that is claimed,
 * so that a page with a script never lies here under the name of a picture.
 */
import { Refused } from '@olly/kit/errors';

const MB = 1024 * 1024;
export const SIZE_MAX = 10 * MB;
/** A scheme's members in one file: CSV or JSON. */
export const BULK_SIZE_MAX = 25 * MB;
const BULK_TYPES: ReadonlySet<string> = new Set(['text/csv', 'application/json']);
const NAME_MAX = 200;

const startsWith = (...bytes: number[]) => (content: Buffer) => bytes.every((byte, i) => content[i] === byte);

/** Text without NUL that is valid UTF-8. */
function isText(content: Buffer): boolean {
  if (content.includes(0)) return false;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(content);
    return true;
  } catch {
    return false;
  }
}

function isJson(content: Buffer): boolean {
  if (!isText(content)) return false;
  try {
    JSON.parse(content.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** Media type → whether the bytes are of it. */
const TYPES: Readonly<Record<string, (content: Buffer) => boolean>> = {
  'application/pdf': (content) => content.subarray(0, 5).toString('latin1') === '%PDF-',
  'image/png': startsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  'image/jpeg': startsWith(0xff, 0xd8, 0xff),
  'image/tiff': (content) => startsWith(0x49, 0x49, 0x2a, 0x00)(content) || startsWith(0x4d, 0x4d, 0x00, 0x2a)(content),
  'text/plain': isText,
  'text/csv': isText,
  'application/json': isJson,
};

/** A name that can stand in a header: no path, no control characters, no quotes. */
function filenameOf(name: string): string {
  const trimmed = name.trim();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (trimmed === '' || trimmed.length > NAME_MAX || /[\u0000-\u001f\u007f"\\/]/.test(trimmed) || /^\.+$/.test(trimmed)) {
    throw new Refused('FILENAME_INVALID', `filename: one to ${NAME_MAX} characters, without a path, quotes or control characters.`, 'filename');
  }
  return trimmed;
}

/** Checks a file. Throws `Refused`. */
export function checkedFile(input: { filename: string; contentType: string; base64: string }): { filename: string; contentType: string; content: Buffer } {
  const filename = filenameOf(input.filename);
  const contentType = (input.contentType.split(';')[0] ?? '').trim().toLowerCase();
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(input.base64)) throw new Refused('CONTENT_INVALID', 'base64: not base 64.', 'base64');
  const content = Buffer.from(input.base64, 'base64');
  if (content.length === 0) throw new Refused('FILE_EMPTY', 'The file is empty.', 'base64');
  const sizeMax = BULK_TYPES.has(contentType) ? BULK_SIZE_MAX : SIZE_MAX;
  if (content.length > sizeMax) throw new Refused('FILE_TOO_LARGE', `The file is larger than ${sizeMax / MB} MB.`, 'base64');
  const isOfType = Object.hasOwn(TYPES, contentType) ? TYPES[contentType] : undefined;
  if (!isOfType) throw new Refused('CONTENT_TYPE_REFUSED', `contentType: one of ${Object.keys(TYPES).join(', ')}.`, 'contentType');
  if (!isOfType(content)) throw new Refused('CONTENT_TYPE_REFUSED', `The bytes are not ${contentType}.`, 'contentType');
  return { filename, contentType, content };
}
