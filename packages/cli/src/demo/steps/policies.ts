/** The demo's policies: a family in New York, a person in London, a broker's client; and an employer's scheme with a member. */
import { addDays, addMonths } from '@olly/kit/time';
import { type Ask, buyPolicy, command, openAccount, type Ref, registerPerson, versionOf } from '../flow.ts';
import type { SeedContext, SeedStep } from '../seeding.ts';
import { account, child, employer, someone } from './people.ts';

const key = (name: string): string => `demo-${name}`;

/** The demo's today, as the gateway's clock has it when the seed first runs; kept, so that a step that runs again asks for the same. */
export async function firstDay({ platform }: Pick<SeedContext, 'platform'>): Promise<string> {
  const { rows } = await platform.query<{ day: string }>("SELECT to_char(done_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day FROM seed_steps WHERE step = 'begin'");
  if (!rows[0]) throw new Error('the seed has not begun');
  return rows[0].day;
}

/** Ada's family policy: three months old. */
export async function familyPolicy(context: SeedContext): Promise<Ref> {
  const { as } = context;
  const insured = [
    { party: await someone(as, 'ada'), relationship: 'SELF' as const },
    { party: await someone(as, 'ben'), relationship: 'SPOUSE' as const },
    { party: await child(as, 'dan'), relationship: 'CHILD' as const },
    { party: await child(as, 'cleo'), relationship: 'CHILD' as const },
  ];
  const request = { account: await account(as, 'ada'), productVersionId: await versionOf(as, 'admin', 'US_GOLD'), effectiveFrom: addMonths(await firstDay(context), -3), region: 'NY', insured, answers: [{ key: 'smoker', value: false }] };
  return buyPolicy(as, 'underwriter', { ...request, key: key('family-policy') });
}

/** Priya's own policy: two months old. */
export async function londonPolicy(context: SeedContext): Promise<Ref> {
  const { as } = context;
  const request = { account: await account(as, 'priya'), productVersionId: await versionOf(as, 'admin', 'UK_HEALTH'), effectiveFrom: addMonths(await firstDay(context), -2), region: 'LONDON', insured: [{ party: await someone(as, 'priya'), relationship: 'SELF' as const }] };
  return buyPolicy(as, 'underwriter', { ...request, key: key('london-policy') });
}

/** A client of the broker, registered, given an account and sold a policy by the broker. */
async function brokersClient(context: SeedContext): Promise<void> {
  const { as } = context;
  const client = await registerPerson(as, 'broker', { firstName: 'Joan', lastName: 'Pike', dateOfBirth: '1987-02-14', email: 'joan.pike@example.org' }, key('joan'));
  const her = await openAccount(as, 'broker', client, 'US', key('joan-account'));
  const request = { account: her, productVersionId: await versionOf(as, 'broker', 'US_GOLD'), effectiveFrom: addDays(await firstDay(context), -10), region: 'NY', insured: [{ party: client, relationship: 'SELF' as const }], answers: [{ key: 'smoker', value: true }] };
  await buyPolicy(as, 'broker', { ...request, key: key('joan-policy') });
}

/** Fernhill's scheme with two members; the persona of the employer acts for it. */
async function scheme(context: SeedContext): Promise<void> {
  const { as, savePersona } = context;
  const firm = await employer(as);
  const today = await firstDay(context);
  const input = { code: 'FERNHILL', name: 'Fernhill Health', employerPartyId: firm.id, employerLocator: firm.locator, accountLocator: (await account(as, 'fernhill')).locator, productCode: 'UK_GROUP', effectiveFrom: addMonths(today, -6), idempotencyKey: key('scheme') };
  const made: { locator: string; status: string } = await command(as, 'admin', 'createScheme', input, 'Scheme', 'locator status');
  if (made.status === 'DRAFT') await command(as, 'admin', 'activateScheme', { locator: made.locator }, 'Scheme', 'status');
  await savePersona({ name: 'employer', party: await someone(as, 'erik'), actsFor: { scheme: made.locator } });
  for (const [index, name] of (['owen', 'mina'] as const).entries()) {
    const party = await someone(as, name);
    await join(as, made.locator, party, addMonths(today, -1), `F-${index + 1}`);
  }
}

async function join(as: Ask, schemeLocator: string, party: Ref, joinedOn: string, employeeNumber: string): Promise<void> {
  const known = await as('admin', 'query Members($l: ID!) { scheme(locator: $l) { members(first: 100) { nodes { employeeNumber } } } }', { l: schemeLocator });
  if (known.scheme.members.nodes.some((one: { employeeNumber: string }) => one.employeeNumber === employeeNumber)) return;
  await command(as, 'admin', 'joinScheme', { scheme: schemeLocator, partyId: party.id, partyLocator: party.locator, joinedOn, employeeNumber }, 'SchemeMember', 'status');
}

export const policies: SeedStep = {
  name: 'policies and a scheme',
  async run(context) {
    await familyPolicy(context);
    await londonPolicy(context);
    await brokersClient(context);
    await scheme(context);
  },
};
