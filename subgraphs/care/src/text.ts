/** Free text that people write, and links that they give. Pure. */
import { badInput, Refused } from '@olly/kit/errors';

/** Trimmed text, null when empty. Refuses NUL and more than `max` characters. */
export function freeText(value: string | null | undefined, field: string, max: number): string | null {
  const text = value?.trim() ?? '';
  if (text.includes('\0')) throw badInput(`${field}: NUL characters are not allowed`, field);
  if (text.length > max) throw badInput(`${field}: at most ${max} characters`, field);
  return text === '' ? null : text;
}

const INTERNAL = /^(localhost|.*\.(local|internal|localhost|lan)|\[.*\]|\d{1,3}(\.\d{1,3}){3}|[^.]+)$/i;

/** An https link to a named public host. Addresses, bare names and internal domains are refused: whoever follows it sits inside somebody's network. */
export function publicLink(value: string, field: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '' || INTERNAL.test(url.hostname)) {
    throw new Refused('LINK_INVALID', `${field}: an https address of a public host.`, field);
  }
  return url.toString();
}
