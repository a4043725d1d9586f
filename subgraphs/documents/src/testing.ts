/** What other services publish and answer in the tests of documents. */
import { newId, newLocator } from '@olly/kit/locator';
import type { FakeServices } from '@olly/kit/testing';

export const party = () => ({ id: newId(), locator: newLocator('pty') });

const ACCOUNT = { displayNumber: '1000017', market: { marketCode: 'US' } };

/** Policy administration, billing and claims, each with one answer for everything; `holder` answers for every account. */
export function otherServices(holder: { locator: string }, away: Set<string> = new Set()): FakeServices {
  const usd = (amount: string) => ({ amount, currency: 'USD' });
  const orAway = (name: string, answer: () => unknown) => {
    if (away.has(name)) throw new Error(`${name} is away`);
    return answer();
  };
  return {
    policy_admin: (document, variables) =>
      orAway('policy_admin', () => ({
        contacts: ((variables.parties ?? []) as string[]).map((locator) => ({ partyLocator: locator, displayName: locator === holder.locator ? 'Zoë <b>Canary</b>' : 'A Dependant', address: null })),
        account: { ...ACCOUNT, holder },
        _entities: [{ locator: holder.locator }],
        marketProfile: variables.code === 'UK' || variables.code === 'US' ? { marketCode: variables.code } : null,
        product: document.includes('product(') ? { name: 'Gold' } : null,
      })),
    billing: () =>
      orAway('billing', () => ({
        invoice: { total: usd('305.25'), dueDate: '2026-03-15', lines: [{ lineNumber: 1, description: 'Premium', amount: usd('300.00') }, { lineNumber: 2, description: 'Premium tax', amount: usd('5.25') }], installments: [{ number: 1, dueDate: '2026-03-15', amount: usd('305.25') }] },
      })),
    claims: () =>
      orAway('claims', () => ({
        claim: {
          lines: [{ lineNumber: 1, serviceDate: '2026-02-20', procedureCode: '99213', claimed: usd('150.00'), planPays: usd('64.00'), memberOwes: usd('16.00'),
            adjustments: [{ group: 'CO', reasonCode: '45', reason: 'Over the fee schedule', amount: usd('70.00') }, { group: 'PR', reasonCode: '2', reason: 'Coinsurance', amount: usd('16.00') }] }],
        },
      })),
  };
}

const envelope = (service: string, aggregate: string, what: string, subject: string, data: object) =>
  ({ specversion: '1.0', id: newId(), source: `/olly/${service}`, type: `olly.${service}.${aggregate}.${what}.v1`, subject, time: '2026-03-01T09:00:00.000Z', datacontenttype: 'application/json', data: data as Record<string, unknown> }) as const;

export function policyIssued(holder: { id: string; locator: string }, more: object = {}) {
  const policy = newLocator('pol');
  const coverage = { type: 'MEDICAL', name: 'Medical', deductible: { kind: 'EMBEDDED', in: { person: '1500.00', family: '3000.00' } }, coverageTerms: [{ key: 'office_visit', name: 'Office visit', in: { steps: [] } }] };
  return envelope('enrollment', 'policy', 'issued', policy, {
    policyId: newId(), policy, accountId: newId(), account: newLocator('acc'), productCode: 'US_GOLD', market: 'US', currency: 'USD', status: 'ACTIVE',
    holder: { partyId: holder.id, party: holder.locator },
    term: { id: newId(), locator: newLocator('trm'), number: 1, from: '2026-01-01', to: '2027-01-01', prorationBasis: 'DAY' },
    elements: [{ id: newId(), staticId: newId(), type: 'MEDICAL', coverage, insured: [{ partyId: holder.id, party: holder.locator, from: '2026-01-01', to: '2027-01-01' }] }],
    charges: [{ key: 'premium', category: 'PREMIUM', amount: '3600.00', from: '2026-01-01', to: '2027-01-01' }, { key: 'tax', category: 'TAX', amount: '63.00', from: '2026-01-01', to: '2027-01-01' }],
    ...more,
  });
}

export function invoiceFinalised() {
  const invoice = newLocator('inv');
  return envelope('billing', 'invoice', 'finalised', invoice, { invoiceId: newId(), invoice, account: newLocator('acc'), amount: '305.25', currency: 'USD' });
}

export function claimDecided(claimant: { id: string; locator: string }, what = 'approved', more: object = {}) {
  const claim = newLocator('clm');
  return envelope('claims', 'claim', what, claim, {
    claimId: newId(), claim, policyId: newId(), policy: newLocator('pol'), claimantPartyId: claimant.id, claimant: claimant.locator, currency: 'USD', claimed: '150.00', accountId: newId(), account: newLocator('acc'),
    planPays: '64.00', memberOwes: '16.00', movements: [], lines: [{ number: 1, claimed: '150.00', allowed: '80.00', planPays: '64.00', memberOwes: '16.00' }],
    ...more,
  });
}
