/**
 * What billing forgets after the years that tax and company law ask for: whose bank reference or card token a payment came with. Charges, invoices and the ledger stay; they hold ids, codes and
 * amounts, and they balance as before.
 */
import type { ErasurePlan } from '@olly/kit/erasure';

const ACCOUNTS = "(SELECT a.target_id FROM billing.access a WHERE a.party_locator = party.locator AND a.role = 'HOLDER' AND a.target LIKE 'acc\\_%')";

export const erasure: ErasurePlan = {
  rules: [
    {
      what: 'References and tokens of payments',
      dataClass: 'LEDGER',
      table: 'payments',
      rows: `t.account_id IN ${ACCOUNTS}`,
      endedOn: 't.received_on',
      set: { reference: 'NULL', source_token: 'NULL', failure_reason: 'NULL' },
    },
    {
      what: 'Reasons and references of refunds',
      dataClass: 'LEDGER',
      table: 'refunds',
      rows: `t.payment_id IN (SELECT p.id FROM billing.payments p WHERE p.account_id IN ${ACCOUNTS})`,
      endedOn: 't.created_at::date',
      set: { reason: "'ERASED'", reference: 'NULL' },
    },
  ],
  keeps: [
    {
      what: 'Ledger entries',
      dataClass: 'LEDGER',
      table: 'ledger_entries',
      rows: `t.account_id IN ${ACCOUNTS}`,
      why: 'Books are kept by law and never changed. They hold ids, codes and amounts, and no longer point to a person.',
    },
  ],
};
