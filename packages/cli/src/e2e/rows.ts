/**
 * Rows of every type of docs/access.md, read from the services' databases, each with the people it has to do with; and how a persona stands to a row. This is a second
 * opinion on who sees what, made from the tables and the demo's family alone, never from the services' own rules.
 */
import type { AccessMatrix, Relation, Sight } from '@olly/kit/auth';
import { PERSONAS } from '../demo/personas.ts';
import type { House } from './system.ts';

export interface Row {
  readonly type: string;
  readonly id: string;
  readonly locator: string | null;
  /** The party that the row is about, by locator. */
  readonly person: string | null;
  /** Who holds the account or policy that it belongs to. */
  readonly holder: string | null;
  readonly broker: string | null;
  readonly scheme: string | null;
  readonly providers: readonly string[] | null;
}

export interface TypeOf {
  readonly service: string;
  /** A statement that answers id, locator, person, holder, broker, scheme, providers; what it leaves out is null. */
  readonly sql: string;
  /** The root field, by locator unless told. */
  readonly root?: string;
  readonly rootKey?: 'id';
  /** A field, with its selection, that only full sight shows on every row that the statement picks. */
  readonly probe?: string;
  /** Those who act for the row's broker, scheme or provider own it; for other types it is their client's. */
  readonly actorOwns?: true;
}

const NEWEST = 'ORDER BY id DESC LIMIT 60';
export const TYPES: Readonly<Record<string, TypeOf>> = {
  Party: { service: 'policy_admin', root: 'party', probe: 'dateOfBirth', sql: `SELECT id, locator, locator AS person FROM policy_admin.parties WHERE type = 'INDIVIDUAL' ORDER BY id LIMIT 60` },
  Account: { service: 'policy_admin', root: 'account', sql: `SELECT a.id, a.locator, p.locator AS holder, a.broker FROM policy_admin.accounts a JOIN policy_admin.parties p ON p.id = holder_party_id ORDER BY a.id LIMIT 60` },
  Quote: { service: 'enrollment', root: 'quote', sql: `SELECT id, locator, holder_party_locator AS holder, broker, scheme FROM enrollment.quotes ORDER BY id LIMIT 60` },
  Policy: { service: 'enrollment', root: 'policy', probe: 'elements { id }', sql: `SELECT id, locator, holder_party_locator AS holder, broker, scheme FROM enrollment.policies ORDER BY id LIMIT 60` },
  MemberCoverage: { service: 'eligibility', root: 'memberCoverage', rootKey: 'id', probe: 'coverageTerms { key }', sql: `SELECT id, party_locator AS person FROM eligibility.member_coverage WHERE superseded_at IS NULL ORDER BY id LIMIT 60` },
  Accumulator: { service: 'eligibility', root: 'accumulator', rootKey: 'id', sql: `SELECT id, (SELECT party_locator FROM eligibility.member_coverage c WHERE c.party_id = a.party_id LIMIT 1) AS person, CASE WHEN party_id IS NULL THEN policy_id::text END AS holder FROM eligibility.coverage_accumulators a ORDER BY id LIMIT 60` },
  Claim: { service: 'claims', root: 'claim', probe: 'lines { id }', sql: `SELECT id, locator, claimant_locator AS person, array_remove(ARRAY[provider_locator], NULL) AS providers FROM claims.claims WHERE claimant_locator IS NOT NULL ORDER BY id LIMIT 60` },
  PriorAuthorisation: { service: 'claims', root: 'priorAuthorisation', sql: `SELECT id, locator, member_locator AS person, ARRAY[provider_locator] AS providers FROM claims.prior_auths ${NEWEST}` },
  Charge: { service: 'billing', root: 'charge', sql: `SELECT id, locator, party_id::text AS person, CASE WHEN claim_id IS NULL THEN account_id::text END AS holder, CASE WHEN claim_id IS NULL THEN policy_id::text END AS broker FROM billing.charges ORDER BY id LIMIT 60` },
  Invoice: { service: 'billing', root: 'invoice', sql: `SELECT id, locator, account_id::text AS holder FROM billing.invoices ORDER BY id LIMIT 60` },
  Payment: { service: 'billing', root: 'payment', sql: `SELECT id, locator, account_id::text AS holder FROM billing.payments ORDER BY id LIMIT 60` },
  Provider: { service: 'provider', root: 'provider', sql: `SELECT id, locator FROM provider.providers ORDER BY id LIMIT 60` },
  CredentialingRequest: { service: 'provider', root: 'credentialingRequest', actorOwns: true, sql: `SELECT id, locator, ARRAY[provider_locator] AS providers FROM provider.credentialing_requests ORDER BY id LIMIT 60` },
  Notification: { service: 'notifications', root: 'notification', probe: 'body', sql: `SELECT id, locator, party_locator AS person FROM notifications.notification_log WHERE body IS NOT NULL ORDER BY id LIMIT 60` },
  ConsentRecord: { service: 'consent', sql: `SELECT id, party_locator AS person FROM consent.consent_records ORDER BY id LIMIT 60` },
  DeletionRequest: { service: 'consent', root: 'deletionRequest', sql: `SELECT id, locator, party_locator AS person FROM consent.deletion_requests ${NEWEST}` },
  Document: { service: 'documents', root: 'document', sql: `SELECT id, locator, party_locator AS person FROM documents.documents ORDER BY id LIMIT 60` },
  TriageSession: { service: 'triage', root: 'triageSession', sql: `SELECT id, locator, party_locator AS person FROM triage.sessions ${NEWEST}` },
  CareEpisode: { service: 'care', root: 'episode', sql: `SELECT id, locator, party_locator AS person, treated_by AS providers FROM public.episodes ${NEWEST}` },
  ProviderSlot: { service: 'care', sql: `SELECT id, locator FROM public.provider_slots ${NEWEST}` },
  Appointment: { service: 'care', root: 'appointment', sql: `SELECT id, locator, party_locator AS person, ARRAY[provider_locator] AS providers FROM public.appointments ${NEWEST}` },
  Prescription: { service: 'care', sql: `SELECT id, locator, party_locator AS person, ARRAY[provider_locator] AS providers FROM public.prescriptions ${NEWEST}` },
  DiagnosticsReferral: { service: 'care', sql: `SELECT id, locator, party_locator AS person, ARRAY[referred_by, clinic_locator] AS providers FROM public.diagnostics_referrals ${NEWEST}` },
  Scheme: { service: 'group_scheme', root: 'scheme', actorOwns: true, sql: `SELECT id, locator, locator AS scheme FROM group_scheme.schemes ${NEWEST}` },
  SchemeMember: { service: 'group_scheme', sql: `SELECT id, member_party_locator AS person, scheme_locator AS scheme FROM group_scheme.scheme_members ${NEWEST}` },
  BulkEnrollmentJob: { service: 'group_scheme', root: 'bulkEnrollmentJob', actorOwns: true, sql: `SELECT id, locator, scheme_locator AS scheme FROM group_scheme.bulk_enrollment_jobs ${NEWEST}` },
  Broker: { service: 'broker_api', root: 'broker', actorOwns: true, sql: `SELECT id, locator, locator AS broker FROM broker_api.broker_configs ${NEWEST}` },
  Commission: { service: 'broker_api', root: 'commission', actorOwns: true, sql: `SELECT id, locator, broker_locator AS broker FROM broker_api.commissions ${NEWEST}` },
};

/** Rows of every type. Where a service knows people, accounts or policies by id only, they are named by what their owners know. */
export async function readRows({ sql }: House): Promise<readonly Row[]> {
  const lookUp = async (database: string, text: string) => new Map((await sql<{ id: string; name: string }>(database, text)).map(({ id, name }) => [id, name]));
  const parties = await lookUp('policy_admin', 'SELECT id, locator AS name FROM policy_admin.parties');
  const accounts = await lookUp('policy_admin', 'SELECT a.id, p.locator AS name FROM policy_admin.accounts a JOIN policy_admin.parties p ON p.id = holder_party_id');
  const policies = await lookUp('enrollment', 'SELECT id, holder_party_locator AS name FROM enrollment.policies');
  const brokers = await lookUp('enrollment', 'SELECT id, broker AS name FROM enrollment.policies WHERE broker IS NOT NULL');
  // a name is kept, an id becomes the name that it stands for, and an id that stands for none becomes nothing
  const name = (given: string | null | undefined, ...maps: readonly ReadonlyMap<string, string>[]): string | null =>
    given == null ? null : given.includes('_') ? given : (maps.map((map) => map.get(given)).find((found) => found !== undefined) ?? null);
  const all = await Promise.all(
    Object.entries(TYPES).map(async ([type, { service, sql: text }]) =>
      (await sql<Partial<Row> & { id: string }>(service, text)).map(({ id, locator, person, holder, broker, scheme, providers }): Row => ({
        type, id, locator: locator ?? null, person: name(person, parties), holder: name(holder, accounts, policies), broker: name(broker, brokers), scheme: scheme ?? null, providers: providers ?? null,
      }))),
  );
  return all.flat();
}

export interface Who {
  readonly persona: string;
  readonly party?: string;
  readonly actsFor: Readonly<Record<string, string>>;
  readonly wards: readonly string[];
  readonly family: readonly string[];
  /** Parties of people that they act for, and their accounts and policies by the holder. */
  readonly clients: readonly string[];
}

/** How a persona stands to a row: every relation that holds; `OTHER` always does. */
export function relationsOf(who: Who, row: Row): readonly Relation[] {
  const relations: Relation[] = ['OTHER'];
  const isActor = (row.broker !== null && row.broker === who.actsFor.broker) || (row.scheme !== null && row.scheme === who.actsFor.scheme) || (row.providers?.includes(who.actsFor.provider ?? '') ?? false);
  if (isActor) relations.push(TYPES[row.type]?.actorOwns ? 'OWN' : 'CLIENT');
  if (who.party && (row.person === who.party || row.holder === who.party)) relations.push('OWN');
  if (row.person && who.wards.includes(row.person)) relations.push('WARD');
  if (row.person && who.family.includes(row.person)) relations.push('FAMILY');
  if (['Party', 'Account'].includes(row.type) && who.clients.includes(row.person ?? row.holder ?? '')) relations.push('CLIENT');
  return relations;
}

/** What docs/access.md gives the persona of the row. */
export function sightOf(matrix: AccessMatrix, who: Who, row: Row): Sight | undefined {
  const found = (PERSONAS[who.persona] ?? []).flatMap((role) => relationsOf(who, row).map((relation) => matrix[row.type]?.[role]?.[relation]));
  return found.includes('FULL') ? 'FULL' : found.includes('LIMITED') ? 'LIMITED' : undefined;
}
