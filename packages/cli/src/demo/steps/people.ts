/**
 * The demo's people, made once under keys of their own: asking for one again answers the same. A family in New York, a couple in London, an employer, two brokers, and those who treat.
 */
import { type Ask, command, credentialedProvider, openAccount, type Ref, registerFirm, registerPerson } from '../flow.ts';
import type { SeedContext, SeedStep } from '../seeding.ts';

const key = (name: string): string => `demo-${name}`;

const PEOPLE = {
  ada: { firstName: 'Ada', lastName: 'Moss', dateOfBirth: '1985-04-12', email: 'ada.moss@example.org', phone: '+1 212 555 0147' },
  ben: { firstName: 'Ben', lastName: 'Moss', dateOfBirth: '1983-09-30', email: 'ben.moss@example.org' },
  priya: { firstName: 'Priya', lastName: 'Shah', dateOfBirth: '1991-01-23', email: 'priya.shah@example.org', phone: '+44 20 7946 0018' },
  owen: { firstName: 'Owen', lastName: 'Reid', dateOfBirth: '1990-07-05', email: 'owen.reid@example.org' },
  hana: { firstName: 'Hana', lastName: 'Kovac', dateOfBirth: '1979-11-02', email: 'hana@harbour-lane.example' },
  tom: { firstName: 'Tom', lastName: 'Beale', dateOfBirth: '1972-03-19', email: 'tom@northgate.example' },
  ruth: { firstName: 'Ruth', lastName: 'Alder', dateOfBirth: '1976-08-08', email: 'ruth@oakwood.example' },
  erik: { firstName: 'Erik', lastName: 'Vance', dateOfBirth: '1981-12-14', email: 'erik@fernhill.example' },
  leo: { firstName: 'Leo', lastName: 'Grant', dateOfBirth: '1994-02-11', email: 'leo.grant@example.org' },
  mina: { firstName: 'Mina', lastName: 'Osei', dateOfBirth: '1988-05-27', email: 'mina.osei@example.org' },
} as const;
export type Name = keyof typeof PEOPLE;

/** One of the demo's people. */
export const someone = (ask: Ask, name: Name): Promise<Ref> => registerPerson(ask, 'admin', PEOPLE[name], key(name));

const CHILDREN = {
  cleo: { firstName: 'Cleo', lastName: 'Moss', dateOfBirth: '2014-06-18' },
  dan: { firstName: 'Dan', lastName: 'Moss', dateOfBirth: '2009-10-03' },
} as const;

/** One of Ada's children. */
export const child = async (ask: Ask, name: keyof typeof CHILDREN): Promise<Ref> =>
  registerPerson(ask, 'admin', { ...CHILDREN[name], guardianLocator: (await someone(ask, 'ada')).locator }, key(name));

const ACCOUNTS = { ada: 'US', priya: 'UK', fernhill: 'UK', leo: 'US' } as const;
/** The account of one of them. */
export async function account(ask: Ask, name: keyof typeof ACCOUNTS): Promise<Ref> {
  if (name === 'fernhill') return openAccount(ask, 'admin', await employer(ask), 'UK', key('fernhill-account'), { name: 'Fernhill Logistics', billingLevel: 'POLICY' });
  return openAccount(ask, 'admin', await someone(ask, name), ACCOUNTS[name], key(`${name}-account`));
}

/** The employer's party. */
export const employer = (ask: Ask): Promise<Ref> => registerFirm(ask, 'admin', 'Fernhill Logistics Ltd', key('fernhill'));

const PROVIDERS = {
  oakwood: { name: 'Oakwood Clinic', specialty: 'General practice', market: 'US', npi: '1234567893', networks: ['EMPIRE'], address: { lines: ['14 Mercer Street'], city: 'New York', region: 'NY', postcode: '10013', country: 'US' } },
  brigid: { name: 'St Brigid Hospital', specialty: 'Hospital', market: 'US', npi: '1558598797', networks: ['EMPIRE'], address: { lines: ['200 West 60th Street'], city: 'New York', region: 'NY', postcode: '10023', country: 'US' } },
  kestrel: { name: 'Kestrel Health Centre', specialty: 'Dentistry', market: 'UK', networks: ['ALBION'], address: { lines: ['8 Wharf Road'], city: 'London', postcode: 'N1 7GR', country: 'GB' } },
} as const;
export type ProviderName = keyof typeof PROVIDERS;
export const PROVIDER_NAMES = Object.keys(PROVIDERS) as ProviderName[];

/** One of those who treat: credentialed, in its network. */
export async function provider(ask: Ask, name: ProviderName): Promise<Ref> {
  const party = await registerFirm(ask, 'admin', PROVIDERS[name].name, key(name), 'PROVIDER', { address: PROVIDERS[name].address });
  return credentialedProvider(ask, 'admin', { party, from: '2025-01-01', ...PROVIDERS[name] }, key(`${name}-provider`));
}

const FEES: readonly (readonly [network: string, code: string, amount: string, currency: string])[] = [
  ['EMPIRE', '99213', '120.00', 'USD'],
  ['EMPIRE', '80053', '45.00', 'USD'],
  ['EMPIRE', '70551', '900.00', 'USD'],
  ['EMPIRE', '99223', '2400.00', 'USD'],
  ['EMPIRE', '97110', '85.00', 'USD'],
  ['ALBION', 'D0150', '60.00', 'GBP'],
  ['ALBION', 'C1000', '250.00', 'GBP'],
];

/** The broker of a firm: party, configuration, and the person who acts for it. */
async function broker({ as, savePersona }: SeedContext, persona: 'broker' | 'broker2', firmName: string, person: Name, currency: 'USD' | 'GBP'): Promise<void> {
  const firm = await registerFirm(as, 'admin', firmName, key(`${persona}-firm`));
  const configured = await command(
    as,
    'admin',
    'configureBroker',
    { brokerId: firm.id, partyLocator: firm.locator, delegatedAuthorityLimit: { amount: '15000.00', currency }, commissionRate: '0.15', commissionMonths: 12 },
    'Broker',
    'locator',
  );
  await savePersona({ name: persona, party: await someone(as, person), actsFor: { broker: configured.locator } });
}

export const people: SeedStep = {
  name: 'people, brokers and providers',
  async run(context) {
    const { as, savePersona } = context;
    await savePersona({ name: 'member', party: await someone(as, 'ada') });
    await savePersona({ name: 'member2', party: await someone(as, 'priya') });
    await broker(context, 'broker', 'Harbour & Lane LLC', 'hana', 'USD');
    await broker(context, 'broker2', 'Northgate Brokers Ltd', 'tom', 'GBP');
    const clinics: Ref[] = [];
    for (const name of PROVIDER_NAMES) clinics.push(await provider(as, name));
    await savePersona({ name: 'provider', party: await someone(as, 'ruth'), actsFor: { provider: clinics[0]?.locator ?? '' } });
    for (const [network, procedureCode, amount, currency] of FEES) {
      await command(as, 'finance', 'agreeFee', { network, procedureCode, amount: { amount, currency }, from: '2025-01-01', idempotencyKey: key(`fee-${network}-${procedureCode}`) }, 'Fee', 'id');
    }
  },
};
