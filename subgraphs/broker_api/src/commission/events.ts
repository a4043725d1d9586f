/** What others learn of commissions, billing's ledger above all. */
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import type { CommissionRow } from '../mappers.ts';

export const commissionEvent = z.object({
  commissionId: z.uuid(),
  commission: z.string(),
  broker: z.string(),
  policyId: z.uuid(),
  policy: z.string(),
  kind: z.enum(['ACCRUAL', 'CLAWBACK', 'REINSTATEMENT', 'RECALCULATION']),
  amount: z.string(),
  currency: z.string(),
  effectiveDate: z.iso.date(),
});

type Told = Pick<CommissionRow, 'id' | 'locator' | 'broker_locator' | 'policy_id' | 'policy_locator' | 'kind' | 'amount' | 'currency' | 'effective_date'>;

/** `accrued` for every new row, negative ones too; `paid` when it is settled. */
export function commissionTold(what: 'accrued' | 'paid', row: Told, id?: string): NewEvent {
  const data = commissionEvent.parse({
    commissionId: row.id,
    commission: row.locator,
    broker: row.broker_locator,
    policyId: row.policy_id,
    policy: row.policy_locator,
    kind: row.kind,
    amount: row.amount,
    currency: row.currency,
    effectiveDate: row.effective_date,
  });
  return { topic: 'broker_api.commission', key: row.locator, type: `olly.broker_api.commission.${what}.v1`, data, id };
}
