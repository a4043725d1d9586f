/**
 * What brokers earn: accrued, Dr commission expense, Cr commission payable; paid, Dr payable, Cr cash. What is taken back is a negative row and mirrors itself: in a payment it is set against the
 * others. A commission belongs to a policy and to no account.
 */
import { money } from '@olly/kit/money';
import type { Projection } from '@olly/kit/projection';
import { z } from 'zod';
import { journalOf, type Reference } from '../ledger/journal.ts';
import { postJournals } from '../ledger/store.ts';
import { originOfEvent } from '../origin.ts';

const commission = z.object({ commissionId: z.uuid(), policyId: z.uuid(), amount: z.string(), currency: z.string(), effectiveDate: z.iso.date() });
const TYPE = /^olly\.broker_api\.commission\.(accrued|paid)\.v1$/;

/** Journals of commissions; its own group, so that it starts from the first commission whenever it is added. */
export const commissionProjection: Projection = {
  group: 'billing.commissions',
  topics: ['broker_api.commission'],
  async apply(tx, event) {
    const what = TYPE.exec(event.type)?.[1];
    if (!what) return;
    const { commissionId, policyId, amount, currency, effectiveDate } = commission.parse(event.data);
    const origin = originOfEvent(event);
    const about: Reference = { type: 'COMMISSION', id: commissionId, accountId: null, policyId };
    const today = origin.clock.today();
    const size = money(amount, currency);
    const journal =
      what === 'accrued'
        ? journalOf({ kind: 'COMMISSION', source: `event:${event.id}`, effectiveDate, postingDate: today }, [{ debit: 'COMMISSION_EXPENSE', credit: 'COMMISSION_PAYABLE', amount: size, about }])
        : journalOf({ kind: 'COMMISSION_PAYMENT', source: `event:${event.id}`, effectiveDate: today, postingDate: today }, [{ debit: 'COMMISSION_PAYABLE', credit: 'CASH', amount: size, about }]);
    await postJournals(tx, origin, [journal]);
  },
};
