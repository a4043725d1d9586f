/**
 * The demo's people, and a token for each. What they are (party, broker, scheme) stands in the platform's table `personas`, written by the seed; staff have work roles
 * and no party, so they can be had before anything is seeded. Refused in production, with the demo issuer.
 */
import { signDemoToken } from '@olly/kit/auth';
import type { ClientBase, Pool } from 'pg';

/** Every persona and its roles. */
export const PERSONAS: Readonly<Record<string, readonly string[]>> = {
  member: ['member'],
  member2: ['member'],
  broker: ['broker'],
  broker2: ['broker'],
  provider: ['provider'],
  adjuster: ['adjuster'],
  underwriter: ['underwriter'],
  finance: ['finance'],
  privacy: ['privacy'],
  employer: ['employer'],
  admin: ['admin'],
};
const STAFF: readonly string[] = ['adjuster', 'underwriter', 'finance', 'privacy', 'admin'];

export interface Persona {
  readonly name: string;
  readonly party?: { readonly id: string; readonly locator: string };
  readonly actsFor?: Readonly<Record<string, string>>;
}

interface Row {
  readonly party_id: string | null;
  readonly party_locator: string | null;
  readonly acts_for: Record<string, string>;
}

/** Says who a persona is; saying it again replaces it. */
export async function savePersona(platform: ClientBase | Pool, { name, party, actsFor = {} }: Persona): Promise<void> {
  if (!Object.hasOwn(PERSONAS, name)) throw new Error(`There is no persona "${name}". There are: ${Object.keys(PERSONAS).join(', ')}.`);
  await platform.query(
    `INSERT INTO personas (name, party_id, party_locator, acts_for) VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO UPDATE SET party_id = excluded.party_id, party_locator = excluded.party_locator, acts_for = excluded.acts_for`,
    [name, party?.id ?? null, party?.locator ?? null, actsFor],
  );
}

/** A token for a persona. Throws when there is none of that name, or the seed has not made it yet. */
export async function tokenOf(platform: ClientBase | Pool, dataDir: string, name: string): Promise<string> {
  const roles = Object.hasOwn(PERSONAS, name) ? PERSONAS[name] : undefined;
  if (!roles) throw new Error(`There is no persona "${name}". There are: ${Object.keys(PERSONAS).join(', ')}.`);
  const { rows } = await platform.query<Row>('SELECT party_id, party_locator, acts_for FROM personas WHERE name = $1', [name]);
  const [row] = rows;
  if (!row && !STAFF.includes(name)) throw new Error(`The persona "${name}" comes with the demo's data, which is not there. Staff can be had: ${STAFF.join(', ')}.`);
  const party = row?.party_id && row.party_locator ? { id: row.party_id, locator: row.party_locator } : undefined;
  return signDemoToken(dataDir, { subject: `demo-${name}`, roles, party, actsFor: row?.acts_for ?? {} });
}
