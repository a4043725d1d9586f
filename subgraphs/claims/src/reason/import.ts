/**
 * Texts of reason codes that a user is licensed to use. The official lists are not free to ship: the service brings short texts of its own for the codes that its rules
 * use, and shows what has been imported instead.
 */
import { Refused } from '@olly/kit/errors';
import type { Context } from '../context.ts';

const CODES_MAX = 1_000;
const TEXT_MAX = 1_000;

export interface ImportReasonCodesInput {
  readonly source: string;
  readonly codes: readonly { readonly code: string; readonly text: string }[];
}

/** All or nothing. Throws `Refused` REASON_CODE_INVALID naming the place. */
export async function importReasonCodes(ctx: Context, { source, codes }: ImportReasonCodesInput): Promise<{ known: number }> {
  const refuse = (message: string, field: string): Refused => new Refused('REASON_CODE_INVALID', message, field);
  if (source.trim() === '' || source.length > 200) throw refuse('A source has 1 to 200 characters.', 'source');
  if (codes.length === 0 || codes.length > CODES_MAX) throw refuse(`Between 1 and ${CODES_MAX} codes at once.`, 'codes');
  for (const [at, { code, text }] of codes.entries()) {
    if (!/^[A-Z]?\d{1,3}$/.test(code)) throw refuse('A code has up to three digits, with a letter in front of some.', `codes[${at}].code`);
    if (text.trim() === '' || text.length > TEXT_MAX) throw refuse(`A text has 1 to ${TEXT_MAX} characters.`, `codes[${at}].text`);
  }
  const byCode = new Map(codes.map(({ code, text }) => [code, text.trim()]));
  await ctx.pool.query(
    `INSERT INTO claims.reason_codes (code, text, source, imported_at) SELECT code, text, $3, $4 FROM unnest($1::text[], $2::text[]) AS c(code, text)
     ON CONFLICT (code) DO UPDATE SET text = EXCLUDED.text, source = EXCLUDED.source, imported_at = EXCLUDED.imported_at`,
    [[...byCode.keys()], [...byCode.values()], source.trim(), ctx.clock.now()],
  );
  const { rows } = await ctx.pool.query<{ known: number }>('SELECT count(*)::int AS known FROM claims.reason_codes');
  return rows[0] as { known: number };
}
