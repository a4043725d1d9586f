/**
 * Enrols one family of a file: the employee and their dependants are registered, quoted in one quote as the scheme, and bound; then, in one transaction, the employee becomes a covered member,
 * the rows end and the job's counters move. Keys follow from job and row, so after a kill anywhere the same people, quote and policy are found again. Nobody is enrolled twice.
 */
import { appendToOutbox, type EventOrigin } from '@olly/kit/outbox';
import { type Pool, transaction, violation } from '@olly/kit/postgres';
import { anniversary } from '@olly/kit/time';
import type { BulkEnrollmentJobRow, SchemeMemberRow, SchemeRow } from '../mappers.ts';
import { memberEvent } from '../member/events.ts';
import { coverMember, insertMember, lockMember, openPeriod, reopenMember } from '../member/store.ts';
import { type PartyRef, PortRefusal, type Ports } from '../ports/ports.ts';
import { insertAudit } from '../scheme/store.ts';
import type { RowError } from './row.ts';
import { endRows, type StagedRow, setParties } from './store.ts';

const ADULT_AGE = 18;

export interface Enrolling extends EventOrigin {
  readonly pool: Pool;
  readonly ports: Ports;
  readonly job: BulkEnrollmentJobRow;
  readonly scheme: SchemeRow;
  /** The product version in force on a day, kept for the batch. */
  readonly versionOn: (day: string) => Promise<string | null>;
}

/** A reason with the row and column that it is about. */
export class RowRefusal extends Error {
  constructor(readonly errors: ReadonlyMap<number, readonly RowError[]>) {
    super('a row was refused');
  }
}

const COLUMN_OF: Readonly<Record<string, string>> = { firstName: 'first_name', lastName: 'last_name', dateOfBirth: 'date_of_birth', email: 'email', guardianLocator: 'date_of_birth' };

/** Every row of the family fails; the cause is told at the row it is about. Other services' sentences can name amounts and days, but never names. */
export function refusedFamily(family: readonly StagedRow[], at: number, code: string, message: string, column: string | null = null): RowRefusal {
  const of = (row: number): RowError => (row === at ? { row, column, code, message } : { row, column: 'employee_number', code: 'FAMILY_INVALID', message: `A family is covered together; row ${at} is wrong.` });
  return new RowRefusal(new Map(family.map(({ row_number: row }) => [row, [of(row)]])));
}

const keyOf = ({ job }: Enrolling, row: StagedRow, what: string): string => `bulk:${job.locator}:${row.row_number}:${what}`;

/** Who had this number and left: they come back as themselves. */
async function formerMember({ pool, scheme }: Enrolling, employeeNumber: string): Promise<PartyRef | undefined> {
  const { rows } = await pool.query<PartyRef>(
    "SELECT member_party_id AS id, member_party_locator AS locator FROM group_scheme.scheme_members WHERE scheme_id = $1 AND employee_number = $2 AND status = 'LEFT'",
    [scheme.id, employeeNumber],
  );
  return rows[0];
}

async function register(at: Enrolling, row: StagedRow, guardian?: PartyRef): Promise<PartyRef> {
  const { firstName, lastName, dateOfBirth, email } = row.data;
  const isMinor = at.clock.today() < anniversary(dateOfBirth, ADULT_AGE);
  const person = { firstName, lastName, dateOfBirth, email, ...(isMinor && guardian && { guardianLocator: guardian.locator }) };
  return at.ports.register({ ...person, idempotencyKey: keyOf(at, row, 'party') }, at.job.requested_by);
}

interface Quoted {
  readonly parties: readonly PartyRef[];
  readonly quote: string;
}

/** People and quote, made or found again. */
async function quoted(at: Enrolling, family: readonly StagedRow[]): Promise<Quoted> {
  const [employee] = family as [StagedRow];
  if (employee.quote_locator) return { quote: employee.quote_locator, parties: family.map((row) => ({ id: row.party_id as string, locator: row.party_locator as string })) };
  const parties: PartyRef[] = [];
  for (const row of family) {
    try {
      parties.push((row === employee ? await formerMember(at, row.employee_number) : undefined) ?? (await register(at, row, parties[0])));
    } catch (error) {
      if (error instanceof PortRefusal && !isPassing(error.code)) throw refusedFamily(family, row.row_number, error.code, error.message, COLUMN_OF[error.field ?? ''] ?? null);
      throw error;
    }
  }
  const version = await at.versionOn(employee.data.joinedOn);
  if (!version) throw refusedFamily(family, employee.row_number, 'PLAN_NOT_ON_SALE', 'The product is not on sale on the day of joining.', 'joined_on');
  const { locator: quote } = await at.ports.quote(
    {
      accountLocator: at.scheme.account_locator,
      productVersionId: version,
      effectiveFrom: employee.data.joinedOn,
      region: employee.data.region,
      insured: family.map((row, index) => ({ partyLocator: (parties[index] as PartyRef).locator, relationship: row.relationship })),
      scheme: at.scheme.locator,
      idempotencyKey: keyOf(at, employee, 'quote'),
    },
    at.job.requested_by,
  );
  await setParties(at.pool, at.job.id, family.map((row, index) => ({ row: row.row_number, ...(parties[index] as PartyRef) })), quote);
  return { quote, parties };
}

/** Codes after which the same may be asked again. */
const PASSING: ReadonlySet<string> = new Set(['SUBGRAPH_UNAVAILABLE', 'TIMEOUT', 'INTERNAL', 'CONFLICT', 'ILLEGAL_TRANSITION']);
export const isPassing = (code: string): boolean => PASSING.has(code);

/** The employee as a covered member, in the caller's transaction. */
async function coverEmployee(at: Enrolling, tx: Parameters<typeof insertMember>[0], employee: StagedRow, party: PartyRef, policy: string | null): Promise<SchemeMemberRow> {
  const joining = { partyId: party.id, partyLocator: party.locator, joinedOn: employee.data.joinedOn, employeeNumber: employee.employee_number };
  const fresh = await insertMember(tx, at, at.scheme, joining);
  const known = fresh ?? ((await lockMember(tx, at.scheme.id, party.locator)) as SchemeMemberRow);
  if (known.status !== 'LEFT' && !fresh) return known;
  const member = fresh ?? (await reopenMember(tx, at, known.id, joining));
  await openPeriod(tx, at, member.id, employee.data.joinedOn);
  await insertAudit(tx, at, { entity: 'MEMBER', entityId: member.id, command: fresh ? 'join' : 'rejoin', from: fresh ? null : 'LEFT', to: policy ? 'ACTIVE' : 'PENDING', actor: at.job.requested_by });
  await appendToOutbox(tx, at, [memberEvent('joined', member)]);
  return (policy && (await coverMember(tx, at.scheme.locator, party.locator, policy, at.clock.now().toISOString()))) || member;
}

const numbers = (family: readonly StagedRow[]): number[] => family.map((row) => row.row_number);

/** Binds a family: policy, member, rows and counters. Throws `RowRefusal`, or what may pass. */
async function bound(at: Enrolling, family: readonly StagedRow[], from: 'STAGED' | 'QUOTED'): Promise<void> {
  const [employee] = family as [StagedRow];
  const { quote, parties } = await quoted(at, family);
  const party = parties[0] as PartyRef;
  let policy: PartyRef;
  try {
    policy = await at.ports.bind(quote, keyOf(at, employee, 'issue'), at.job.requested_by);
  } catch (error) {
    if (error instanceof PortRefusal && error.code === 'QUOTE_REFERRED' && from === 'STAGED') await awaitUnderwriter(at, family, party);
    throw error;
  }
  try {
    await transaction(at.pool, async (tx) => {
      if (!(await endRows(tx, { jobId: at.job.id, rows: numbers(family), from }, { status: 'ENROLLED' }, policy.locator))) return;
      await coverEmployee(at, tx, employee, party, policy.locator);
    });
  } catch (error) {
    if (violation(error)?.constraint !== 'scheme_members_employee_number') throw error;
    // Somebody was added under this number by hand since the file was read: their place is taken, so this cover never was.
    await at.ports.cancel(policy.locator, employee.data.joinedOn, keyOf(at, employee, 'undo'), at.job.requested_by);
    throw refusedFamily(family, employee.row_number, 'ALREADY_MEMBER', 'Somebody with this number is in the scheme.', 'employee_number');
  }
}

/** A referred quote may still be issued: the employee is a member who waits for it, and is covered by the policy's event. */
async function awaitUnderwriter(at: Enrolling, family: readonly StagedRow[], party: PartyRef): Promise<void> {
  await transaction(at.pool, async (tx) => {
    await coverEmployee(at, tx, family[0] as StagedRow, party, null);
  });
}

/** Takes one family as far as the phase goes: to a quote that nothing stands against, or to cover. Throws `RowRefusal`, or what may pass. */
export async function enrolFamily(at: Enrolling, family: readonly StagedRow[], phase: 'QUOTE' | 'BIND'): Promise<void> {
  const [employee] = family as [StagedRow];
  try {
    if (phase === 'BIND') return await bound(at, family, at.job.mode === 'ALL_OR_NOTHING' ? 'QUOTED' : 'STAGED');
    const { quote } = await quoted(at, family);
    await at.ports.underwrite(quote, at.job.requested_by);
    await transaction(at.pool, async (tx) => void (await endRows(tx, { jobId: at.job.id, rows: numbers(family), from: 'STAGED' }, { status: 'QUOTED' })));
  } catch (error) {
    if (error instanceof PortRefusal && !isPassing(error.code)) throw refusedFamily(family, employee.row_number, error.code, error.message, error.field === 'region' ? 'region' : null);
    throw error;
  }
}
