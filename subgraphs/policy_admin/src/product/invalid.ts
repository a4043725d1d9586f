/** From a failed schema to a refusal that says where and what, for documents that people write by hand. */
import { Refused } from '@olly/kit/errors';
import type { z } from 'zod';

const pathOf = (path: readonly PropertyKey[]): string => path.reduce<string>((text, part) => (typeof part === 'number' ? `${text}[${part}]` : `${text}.${String(part)}`), 'document');

/** The parsed document. Throws `Refused` DOCUMENT_INVALID naming the first fault and how many more there are. */
export function refuseInvalid<T>(schema: z.ZodType<T>, document: unknown): T {
  const parsed = schema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [first, ...more] = parsed.error.issues;
  const field = pathOf(first?.path ?? []);
  throw new Refused('DOCUMENT_INVALID', `${field}: ${first?.message ?? 'invalid'}${more.length > 0 ? ` (and ${more.length} more)` : ''}`, field);
}
