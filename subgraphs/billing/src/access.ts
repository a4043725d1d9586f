/**
 * Who sees which charge, invoice, payment and ledger entry; docs/access.md says what each relation gives. A claim's charge is the claimant's own: whoever
 * holds the policy does not learn from billing whose doctor was paid, and a broker sees premium only. An account's balance and statement are seen by those
 * who see its invoices.
 */
import type { AccessRules, Grants, Identity } from '@olly/kit/auth';

const ofHeldAccount = (_who: Identity, grants: Grants) => ({ account_id: { in: grants.ids('HOLDER') } });

export const access: AccessRules = {
  charges: {
    type: 'Charge',
    relations: {
      OWN: (who, grants) => ({
        OR: [
          { claim_id: null, account_id: { in: grants.ids('HOLDER') } },
          { claim_id: null, policy_id: { in: grants.ids('HOLDER') } },
          ...(who.party ? [{ party_id: who.party.id }] : []),
        ],
      }),
      WARD: (_who, grants) => ({ party_id: { in: grants.ids('GUARDIAN') } }),
      CLIENT: (_who, grants) => ({ claim_id: null, OR: [{ policy_id: { in: grants.ids('BROKER') } }, { account_id: { in: grants.ids('BROKER') } }] }),
    },
  },
  invoices: { type: 'Invoice', relations: { OWN: ofHeldAccount } },
  payments: { type: 'Payment', relations: { OWN: ofHeldAccount } },
  accounts: { type: 'Invoice', relations: { OWN: (_who, grants) => ({ id: { in: grants.ids('HOLDER') } }) } },
  ledger_entries: { type: 'LedgerEntry', relations: {} },
};
