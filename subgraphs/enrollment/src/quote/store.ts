/** Quotes, their answers, flags and steps in the database; nothing else writes these tables. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { QuoteRow, UnderwritingFlagRow } from '../mappers.ts';
import type { PriceBreakdown } from '../pricing/rating.ts';
import type { FlagChanges } from '../underwriting/flags.ts';
import type { Answer } from './answers.ts';
import { OPEN, type QuoteCommand, type QuoteStatus } from './quote.ts';

export type NewQuote = Omit<QuoteRow, 'id' | 'locator' | 'status' | 'pricing' | 'premium' | 'tax' | 'fees' | 'accepted_at' | 'version' | 'created_at' | 'updated_at'>;

export async function insertQuote(tx: PoolClient, { ids, clock }: EventOrigin, quote: NewQuote): Promise<QuoteRow> {
  const { rows } = await tx.query<QuoteRow>(
    `INSERT INTO enrollment.quotes (id, locator, account_id, account_locator, holder_party_id, holder_party_locator, broker, scheme, product_version_id, product_code, status, currency,
       effective_from, effective_to, region, document, expires_at, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'DRAFT', $11, $12, $13, $14, $15, $16, $17, $17) RETURNING *`,
    [
      ids.id(), ids.locator('quo'), quote.account_id, quote.account_locator, quote.holder_party_id, quote.holder_party_locator, quote.broker, quote.scheme, quote.product_version_id,
      quote.product_code, quote.currency, quote.effective_from, quote.effective_to, quote.region, JSON.stringify(quote.document), quote.expires_at, clock.now(),
    ],
  );
  return rows[0] as QuoteRow;
}

/** One quote by locator, without a row rule: the command asks the ability itself. */
export async function findQuote(db: Pool | PoolClient, locator: string): Promise<QuoteRow | null> {
  return (await db.query<QuoteRow>('SELECT * FROM enrollment.quotes WHERE locator = $1', [locator])).rows[0] ?? null;
}

export async function findQuoteById(db: Pool | PoolClient, id: string): Promise<QuoteRow> {
  return (await db.query<QuoteRow>('SELECT * FROM enrollment.quotes WHERE id = $1', [id])).rows[0] as QuoteRow;
}

/** Locks the quote until the transaction ends: steps of one quote follow each other. */
export async function lockQuote(tx: PoolClient, id: string): Promise<QuoteRow> {
  return (await tx.query<QuoteRow>('SELECT * FROM enrollment.quotes WHERE id = $1 FOR UPDATE', [id])).rows[0] as QuoteRow;
}

export interface QuoteChanges {
  readonly effective_from?: string;
  readonly effective_to?: string;
  readonly region?: string | null;
  readonly document?: QuoteRow['document'];
  /** Null takes the price away. */
  readonly pricing?: PriceBreakdown | null;
  readonly accepted_at?: Date | null;
}

const CHANGEABLE = ['effective_from', 'effective_to', 'region', 'document', 'accepted_at'] as const;

/** Saves a step of a locked quote, with its audit row. */
export async function saveStep(tx: PoolClient, origin: EventOrigin, step: { quote: QuoteRow; command: QuoteCommand; to: QuoteStatus; actor: string; changes?: QuoteChanges }): Promise<QuoteRow> {
  const { quote, command, to, actor, changes = {} } = step;
  const now = origin.clock.now();
  const plain = CHANGEABLE.filter((column) => changes[column] !== undefined).map((column) => [column, column === 'document' ? JSON.stringify(changes[column]) : changes[column]] as const);
  const price = changes.pricing;
  const priced =
    price === undefined
      ? []
      : ([['pricing', price && JSON.stringify(price)], ['premium', price?.premium ?? null], ['tax', price?.tax ?? null], ['fees', price?.feesTotal ?? null]] as const);
  const columns = [...plain, ...priced];
  const sets = columns.map(([column], index) => `${column} = $${index + 4}`);
  const { rows } = await tx.query<QuoteRow>(
    `UPDATE enrollment.quotes SET ${['status = $2', 'version = version + 1', 'updated_at = $3', ...sets].join(', ')} WHERE id = $1 RETURNING *`,
    [quote.id, to, now, ...columns.map(([, value]) => value)],
  );
  await insertQuoteEvent(tx, origin, { quoteId: quote.id, command, from: quote.status, to, actor });
  return rows[0] as QuoteRow;
}

export async function insertQuoteEvent(
  tx: PoolClient,
  { ids, clock }: EventOrigin,
  event: { quoteId: string; command: QuoteCommand | 'create' | 'clear flag'; from: QuoteStatus | null; to: QuoteStatus; actor: string },
): Promise<void> {
  await tx.query(
    'INSERT INTO enrollment.quote_events (id, quote_id, command, from_status, to_status, actor, occurred_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [ids.id(), event.quoteId, event.command, event.from, event.to, event.actor, clock.now()],
  );
}

export async function answersOf(db: Pool | PoolClient, quoteId: string): Promise<Answer[]> {
  const { rows } = await db.query<Answer>('SELECT field_def_id AS "fieldDefId", field_key AS key, value FROM enrollment.quote_field_values WHERE quote_id = $1 ORDER BY field_key', [quoteId]);
  return rows;
}

/** The answers as they are from now on. */
export async function replaceAnswers(tx: PoolClient, { ids }: EventOrigin, quoteId: string, answers: readonly Answer[]): Promise<void> {
  await tx.query('DELETE FROM enrollment.quote_field_values WHERE quote_id = $1', [quoteId]);
  if (answers.length === 0) return;
  await tx.query(
    'INSERT INTO enrollment.quote_field_values (id, quote_id, field_def_id, field_key, value) SELECT id, $2, def, key, value FROM unnest($1::uuid[], $3::uuid[], $4::text[], $5::jsonb[]) AS given(id, def, key, value)',
    [answers.map(() => ids.id()), quoteId, answers.map((one) => one.fieldDefId), answers.map((one) => one.key), answers.map((one) => JSON.stringify(one.value))],
  );
}

export async function flagsOf(db: Pool | PoolClient, quoteId: string): Promise<UnderwritingFlagRow[]> {
  return (await db.query<UnderwritingFlagRow>('SELECT * FROM enrollment.underwriting_flags WHERE quote_id = $1 ORDER BY id', [quoteId])).rows;
}

/** Applies what an evaluation changed, of a locked quote. */
export async function changeFlags(tx: PoolClient, { ids, clock, service }: EventOrigin, quoteId: string, { raise, withdraw }: FlagChanges): Promise<UnderwritingFlagRow[]> {
  const now = clock.now();
  await tx.query('UPDATE enrollment.underwriting_flags SET withdrawn_at = $2 WHERE id = ANY($1::uuid[])', [withdraw, now]);
  for (const flag of raise) {
    await tx.query(
      `INSERT INTO enrollment.underwriting_flags (id, quote_id, flag_type, value, raised_by, rule_id, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
       ON CONFLICT (quote_id, flag_type, rule_id) WHERE withdrawn_at IS NULL AND rule_id IS NOT NULL DO NOTHING`,
      [ids.id(), quoteId, flag.flagType, flag.value, service, flag.ruleId, now],
    );
  }
  return flagsOf(tx, quoteId);
}

/** A changed quote is asked anew: flags of rules go, but for a reject. */
export async function withdrawFlags(tx: PoolClient, { clock }: EventOrigin, quoteId: string): Promise<void> {
  await tx.query(
    "UPDATE enrollment.underwriting_flags SET withdrawn_at = $2 WHERE quote_id = $1 AND withdrawn_at IS NULL AND rule_id IS NOT NULL AND flag_type <> 'REJECT'",
    [quoteId, clock.now()],
  );
}

/** Open quotes whose time has run out, locked; those that somebody is just working on are left for the next sweep. */
export async function lockExpired(tx: PoolClient, now: Date, atMost: number): Promise<QuoteRow[]> {
  const { rows } = await tx.query<QuoteRow>(
    `SELECT * FROM enrollment.quotes WHERE expires_at <= $1 AND status IN (${OPEN.map((status) => `'${status}'`).join(', ')}) ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
    [now, atMost],
  );
  return rows;
}
