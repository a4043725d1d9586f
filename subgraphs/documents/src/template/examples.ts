/** An example of each kind of document, for trying a template before it is saved. Made by the same functions as the real ones. */
import type { DocumentType } from '../mappers.ts';
import { explanationModel } from '../production/explanation.ts';
import { invoiceModel } from '../production/invoice.ts';
import { letterModel } from '../production/letter.ts';
import { scheduleModel } from '../production/schedule.ts';

const party = { partyLocator: 'pty_example', displayName: 'Alex Example', address: { lines: ['1 High Street'], city: 'Springfield', postcode: '12345', country: 'US' } };
const setting = { market: 'US', issuedOn: '2026-03-01', party };
const currency = 'USD';

export const EXAMPLES: Readonly<Record<DocumentType, object>> = {
  POLICY_SCHEDULE: scheduleModel(setting, {
    policy: 'pol_example',
    productName: 'Gold',
    currency,
    term: { from: '2026-01-01', to: '2027-01-01' },
    elements: [{ name: 'Medical', insured: ['Alex Example'], deductible: { person: '1500.00', family: '3000.00' }, outOfPocket: null, coverageTerms: ['Office visit'] }],
    charges: [{ category: 'PREMIUM', amount: '3600.00' }, { category: 'TAX', amount: '63.00' }],
  }),
  INVOICE: invoiceModel(setting, {
    invoice: 'inv_example',
    accountNumber: '1000017',
    currency,
    total: '305.25',
    dueDate: '2026-03-15',
    lines: [{ description: 'Premium', amount: '305.25' }],
    installments: [{ dueDate: '2026-03-15', amount: '305.25' }],
  }),
  EXPLANATION_OF_BENEFITS: explanationModel(setting, {
    claim: 'clm_example',
    policy: 'pol_example',
    outcome: 'APPROVED',
    currency,
    lines: [{ number: 1, claimed: '150.00', planPays: '50.00', memberOwes: '30.00', adjustments: [{ group: 'CO', reasonCode: '45', reason: 'Over the fee schedule', amount: '70.00' }, { group: 'PR', reasonCode: '3', reason: 'Copay', amount: '30.00' }] }],
  }),
  LETTER: letterModel(setting, { title: 'A letter', paragraphs: ['Dear Alex,', 'this is an example.'] }),
};
