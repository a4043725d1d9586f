/** What the broker's side keeps: commissions and authority by locator. Nothing here says who a client is, so there is nothing to erase; the certificate says what stays. */
import type { ErasurePlan } from '@olly/kit/erasure';

export const erasure: ErasurePlan = {
  rules: [],
  keeps: [{ what: 'Commissions by the locator of a policy', dataClass: 'LEDGER', table: 'access', rows: 't.target = party.locator', why: 'What was paid to a broker is in the books. It holds locators and amounts, and no longer points to a person.' }],
};
