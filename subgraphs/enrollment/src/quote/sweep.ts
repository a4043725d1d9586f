/**
 * Writes down that quotes have expired. Nothing depends on it: a quote whose time has run out is refused whether or not the sweep came by. It gives lists and reports the
 * stored state, with an audit row for each.
 */
import type { EventOrigin } from '@olly/kit/outbox';
import { type Pool, transaction } from '@olly/kit/postgres';
import { quoteMachine } from './quote.ts';
import { lockExpired, saveStep } from './store.ts';

const BATCH = 200;

/** Expires what is due, batch by batch; answers how many. Safe beside accepting: whoever locks the quote first decides. */
export async function expireQuotes(pool: Pool, origin: EventOrigin): Promise<number> {
  for (let total = 0; ; ) {
    const count = await transaction(pool, async (tx) => {
      const due = await lockExpired(tx, origin.clock.now(), BATCH);
      for (const quote of due) await saveStep(tx, origin, { quote, command: 'expire', to: quoteMachine.next(quote.status, 'expire'), actor: origin.service });
      return due.length;
    });
    total += count;
    if (count < BATCH) return total;
  }
}
