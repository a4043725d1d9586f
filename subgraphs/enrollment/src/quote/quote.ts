/**
 * The states of a quote: one table for the code, its test and the README. DRAFT alone can be changed. Accept and issue ask the rules again, so both may end
 * where underwriting ends. A quote whose time has run out is EXPIRED whether or not a sweep has written it down: `statusAt` says so.
 */
import { Refused, stateMachine } from '@olly/kit/errors';

export const QUOTE_STATUSES = ['DRAFT', 'VALIDATED', 'PRICED', 'UNDERWRITTEN', 'REFERRED', 'DECLINED', 'REJECTED', 'ACCEPTED', 'ISSUED', 'REFUSED', 'DISCARDED', 'EXPIRED'] as const;
export type QuoteStatus = (typeof QUOTE_STATUSES)[number];
export type QuoteCommand = 'update' | 'validate' | 'price' | 'underwrite' | 'accept' | 'issue' | 'reset' | 'refuse' | 'discard' | 'expire';

/** From which a quote can still become a policy. */
export const OPEN: readonly QuoteStatus[] = ['DRAFT', 'VALIDATED', 'PRICED', 'UNDERWRITTEN', 'REFERRED', 'DECLINED', 'ACCEPTED'];

/** What the rules can make of it. */
export type UnderwritingOutcome = Extract<QuoteStatus, 'UNDERWRITTEN' | 'REFERRED' | 'DECLINED' | 'REJECTED'>;
const HELD: readonly UnderwritingOutcome[] = ['REFERRED', 'DECLINED', 'REJECTED'];

type Row = readonly [QuoteStatus, QuoteCommand, QuoteStatus];
const each = (from: readonly QuoteStatus[], command: QuoteCommand, to: readonly QuoteStatus[]): Row[] => from.flatMap((one) => to.map((other) => [one, command, other] as const));

export const quoteMachine = stateMachine<QuoteStatus, QuoteCommand>('The quote', [
  ['DRAFT', 'update', 'DRAFT'],
  ['DRAFT', 'validate', 'VALIDATED'],
  ['VALIDATED', 'price', 'PRICED'],
  ...each(['PRICED', 'REFERRED', 'DECLINED'], 'underwrite', ['UNDERWRITTEN', ...HELD]),
  ...each(['UNDERWRITTEN'], 'accept', ['ACCEPTED', ...HELD]),
  ...each(['ACCEPTED'], 'issue', ['ISSUED', ...HELD]),
  ...each(['VALIDATED', 'PRICED', 'UNDERWRITTEN', 'REFERRED'], 'reset', ['DRAFT']),
  ...each(OPEN, 'refuse', ['REFUSED']),
  ...each(OPEN, 'discard', ['DISCARDED']),
  ...each(OPEN, 'expire', ['EXPIRED']),
]);

interface Timed {
  readonly status: QuoteStatus;
  readonly expires_at: Date;
}

/** Where a quote stands at a moment: at `expires_at` itself it has expired. */
export const statusAt = ({ status, expires_at: expiresAt }: Timed, now: Date): QuoteStatus => (OPEN.includes(status) && expiresAt <= now ? 'EXPIRED' : status);

/** Refuses a command that the state does not allow, and every command on a quote whose time has run out. Throws `Refused`. */
export function checkStep(quote: Timed, command: QuoteCommand, now: Date): void {
  if (statusAt(quote, now) === 'EXPIRED') {
    throw new Refused('QUOTE_EXPIRED', `The quote expired on ${quote.expires_at.toISOString().slice(0, 16).replace('T', ' at ')} UTC.`);
  }
  if (!quoteMachine.can(quote.status, command)) quoteMachine.next(quote.status, command);
}
