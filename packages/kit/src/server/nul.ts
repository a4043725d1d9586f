/**
 * NUL characters in a request. PostgreSQL takes none in text, and GraphQL's own String and ID let them through; so they are looked for at the door, in
 * variables and in literals, before an operation runs. A body without the escape costs one search through it.
 */
import { Kind, parse, visit } from 'graphql';

/** How JSON, and GraphQL inside it, can write the character; a hit may still be innocent, for instance a text about `\u0000`. */
const SUSPICIOUS = /u0000|u\{0+\}/;

const inValue = (value: unknown): boolean => {
  if (typeof value === 'string') return value.includes('\0');
  if (Array.isArray(value)) return value.some(inValue);
  return value !== null && typeof value === 'object' && Object.entries(value).some(([key, one]) => key.includes('\0') || inValue(one));
};

function inLiterals(query: unknown): boolean {
  if (typeof query !== 'string') return false;
  if (query.includes('\0')) return true;
  let isFound = false;
  try {
    visit(parse(query, { noLocation: true }), {
      [Kind.STRING]: ({ value }) => {
        isFound ||= value.includes('\0');
      },
    });
  } catch {
    // what does not parse is answered as such
  }
  return isFound;
}

/** Has the request a NUL anywhere? `body` is its text, `request` what it says. */
export const hasNul = (body: string, request: { readonly query?: unknown; readonly variables?: unknown } | null): boolean =>
  SUSPICIOUS.test(body) && (inLiterals(request?.query) || inValue(request?.variables));
