/** Invoices and a first payment; consents, a doctor's calendar and an appointment. */
import { addDays } from '@olly/kit/time';
import { type Ask, command, type Ref } from '../flow.ts';
import type { SeedContext, SeedStep } from '../seeding.ts';
import { account, provider, someone } from './people.ts';
import { familyPolicy, firstDay, londonPolicy } from './policies.ts';

const key = (name: string): string => `demo-${name}`;
const WAIT_MS_MAX = 60_000;

/** Puts an account's charges on invoices and finalises them, once billing has heard of them; answers what the account owes. */
async function invoice(ask: Ask, holder: Ref): Promise<{ locator: string; total: { amount: string; currency: string }; installments: { amount: { amount: string; currency: string } }[] }> {
  for (const deadline = Date.now() + WAIT_MS_MAX; ; ) {
    const { invoices } = await ask('finance', 'query Known($account: ID!) { invoices(filter: { account: $account }, first: 10) { nodes { locator status total { amount currency } installments { amount { amount currency } } } } }', { account: holder.locator });
    const known = invoices.nodes[0];
    if (known && known.status !== 'DRAFT') return known;
    if (known) await command(ask, 'finance', 'finaliseInvoice', { invoice: known.locator }, 'Invoice', 'status');
    else await command(ask, 'finance', 'generateInvoices', { account: holder.locator }, 'GeneratedInvoices', 'invoices { locator }');
    if (Date.now() > deadline) throw new Error(`billing did not hear of ${holder.locator} within a minute`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export const money: SeedStep = {
  name: 'invoices and payments',
  async run(context) {
    const { as } = context;
    await familyPolicy(context);
    await londonPolicy(context);
    for (const name of ['ada', 'priya'] as const) {
      const holder = await account(as, name);
      const bill = await invoice(as, holder);
      const first = bill.installments[0]?.amount ?? bill.total;
      await command(as, 'finance', 'recordPayment', { account: holder.locator, invoice: bill.locator, amount: { amount: first.amount, currency: first.currency }, method: 'BANK_TRANSFER', reference: 'First installment', idempotencyKey: key(`${name}-payment`) }, 'Payment', 'status');
    }
  },
};

const CONSENTS = ['HEALTH_DATA', 'TRIAGE', 'CARE'] as const;

async function calendar(context: SeedContext, clinic: Ref): Promise<{ locator: string }> {
  const { as } = context;
  const known = await as('provider', 'query Free($provider: ID!) { freeSlots(provider: $provider, first: 1) { locator } }', { provider: clinic.locator });
  if (known.freeSlots[0]) return known.freeSlots[0];
  const day = addDays(await firstDay(context), 14);
  const slots = Array.from({ length: 12 }, (_, index) => {
    const minutes = 14 * 60 + index * 30;
    const at = (offset: number) => `${day}T${String(Math.floor((minutes + offset) / 60)).padStart(2, '0')}:${String((minutes + offset) % 60).padStart(2, '0')}:00Z`;
    return { startTime: at(0), endTime: at(30) };
  });
  const published = await command(as, 'provider', 'publishSlots', { provider: clinic.locator, timeZone: 'America/New_York', slots }, 'PublishedSlots', 'slots { locator }');
  return published.slots[0];
}

export const care: SeedStep = {
  name: 'consents and care',
  async run(context) {
    const { as } = context;
    for (const consentType of CONSENTS) await as('member', 'mutation Agree($input: ChangeConsentInput!) { grantConsent(input: $input) { __typename } }', { input: { partyLocator: (await someone(as, 'ada')).locator, consentType, idempotencyKey: key(`consent-${consentType}`) } });
    const ada = await someone(as, 'ada');
    const slot = await calendar(context, await provider(as, 'oakwood'));
    const episode = await command(as, 'member', 'openEpisode', { partyLocator: ada.locator, partyId: ada.id, careType: 'PRIMARY_CARE', summary: 'A cough that stays', idempotencyKey: key('episode') }, 'CareEpisode', 'locator appointments { locator }');
    if (episode.appointments.length > 0) return;
    await command(as, 'member', 'holdSlot', { slot: slot.locator }, 'ProviderSlot', 'status');
    await command(as, 'member', 'bookAppointment', { slot: slot.locator, episode: episode.locator, type: 'IN_PERSON' }, 'Appointment', 'status');
  },
};
