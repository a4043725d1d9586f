/**
 * What a file is, from its own bytes: never from its name or from what the sender says. Formats that can carry scripts into a browser (HTML,
 * SVG, XML) are none of ours. Pure.
 */
import { isUtf8 } from 'node:buffer';

export type MediaType = 'application/pdf' | 'image/png' | 'image/jpeg' | 'image/webp' | 'image/heic' | 'text/plain' | 'text/csv' | 'application/json';

/** Enough for every signature below and for telling text from anything else. */
export const SNIFFED_BYTES = 4_096;

const HEIC_BRANDS = new Set(['heic', 'heix', 'hevc', 'heim', 'heis', 'mif1', 'msf1']);

const startsWith = (head: Buffer, ...bytes: readonly number[]): boolean => bytes.every((byte, at) => head[at] === byte);
const ascii = (head: Buffer, from: number, to: number): string => head.toString('latin1', from, to);

function binaryType(head: Buffer): MediaType | undefined {
  if (ascii(head, 0, 5) === '%PDF-') return 'application/pdf';
  if (startsWith(head, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (startsWith(head, 0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 12) === 'WEBP') return 'image/webp';
  if (ascii(head, 4, 8) === 'ftyp' && HEIC_BRANDS.has(ascii(head, 8, 12))) return 'image/heic';
  return undefined;
}

/** The head without a character that it cuts in two. */
function wholeCharacters(head: Buffer): Buffer {
  let at = head.length - 1;
  while (at >= 0 && at > head.length - 4 && ((head[at] ?? 0) & 0xc0) === 0x80) at -= 1;
  return at >= 0 && (head[at] ?? 0) >= 0xc0 ? head.subarray(0, at) : head;
}

/** Control characters that no text has; tabs, line ends and form feeds are text. */
const isControl = (byte: number): boolean => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0c && byte !== 0x0d;

/** Bytes that text of ours may hold: UTF-8 without control characters. */
export const isText = (bytes: Buffer): boolean => isUtf8(bytes) && !bytes.some(isControl);

/** There are several lines, and the first have the same number of separators, at least one. */
function looksLikeCsv(text: string): boolean {
  const lines = text.split(/\r?\n/).slice(0, 5).filter((line) => line !== '');
  if (lines.length < 2) return false;
  const counts = (separator: string) => lines.slice(0, Math.max(2, lines.length - 1)).map((line) => line.split(separator).length);
  return [',', ';', '\t'].some((separator) => {
    const [first = 1, ...rest] = counts(separator);
    return first > 1 && rest.every((count) => count === first);
  });
}

/**
 * The type of a file that begins with `head` (at most SNIFFED_BYTES; shorter only when the file is). Undefined for what is not taken,
 * the empty file and markup included.
 */
export function sniff(head: Buffer): MediaType | undefined {
  const binary = binaryType(head);
  if (binary) return binary;
  const whole = head.length < SNIFFED_BYTES ? head : wholeCharacters(head);
  if (whole.length === 0 || !isText(whole)) return undefined;
  const text = whole.toString('utf8').replace(/^\uFEFF/, '').trimStart();
  if (text === '' || text.startsWith('<')) return undefined;
  if (text.startsWith('{') || text.startsWith('[')) return 'application/json';
  return looksLikeCsv(text) ? 'text/csv' : 'text/plain';
}
