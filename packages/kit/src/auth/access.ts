/**
 * Row rules: who sees which row. The matrix of docs/access.md says, for each type and persona, what each relation to a row gives
 * (FULL, LIMITED or nothing); a subgraph says what each relation means for its rows. From both comes one CASL ability, which answers
 * the check for a loaded row and the Prisma `where` of a list alike, so root fields, entities and nested paths cannot differ.
 */
import { AbilityBuilder, subject } from '@casl/ability';
import { accessibleBy, createPrismaAbility } from '@casl/prisma/runtime';
import type { Pool } from 'pg';
import type { Identity } from './identity.ts';

/** How a row stands to the person who asks. `WARD`: a dependant under 16; `FAMILY`: an older one; `CLIENT`: somebody they act for; `OTHER`: any row. */
export type Relation = 'OWN' | 'WARD' | 'FAMILY' | 'CLIENT' | 'OTHER';
export type Sight = 'FULL' | 'LIMITED';
/** type → persona → relation → sight; what is not there is not seen. */
export type AccessMatrix = Readonly<Record<string, Readonly<Record<string, Partial<Record<Relation, Sight>>>>>>;

/** A row of the `access` table: the party has this role towards the target. */
export interface Grant {
  readonly target: string;
  readonly target_id: string | null;
  readonly role: string;
}

/** The grants of one party that hold on a day, by role. */
export class Grants {
  constructor(private readonly grants: readonly Grant[]) {}
  /** Locators of the targets towards which the party has one of the roles. */
  targets(...roles: readonly string[]): string[] {
    return this.grants.filter((g) => roles.includes(g.role)).map((g) => g.target);
  }
  /** The same by id. */
  ids(...roles: readonly string[]): string[] {
    return this.grants.flatMap((g) => (roles.includes(g.role) && g.target_id ? [g.target_id] : []));
  }
}

type Conditions = Record<string, unknown>;
/** What a relation means for the rows of one table: a Prisma `where`, or undefined when this person cannot stand in it. */
export type RelationRule = (who: Identity, grants: Grants) => Conditions | undefined;

export interface TableAccess {
  /** The GraphQL type, as docs/access.md names it. */
  readonly type: string;
  readonly relations: Partial<Record<Exclude<Relation, 'OTHER'>, RelationRule>>;
}

/** Table name → what its rows are and what the relations mean for them. */
export type AccessRules = Readonly<Record<string, TableAccess>>;

export interface Ability {
  /** May the row be seen at all? */
  sees(table: string, row: object): boolean;
  /** May all of it be seen, or only what a limited view shows? */
  seesFully(table: string, row: object): boolean;
  /** The Prisma `where` of the rows that may be seen; matches nothing when there are none. */
  where(table: string): Readonly<Record<string, unknown>>;
}

const NOTHING = { id: { in: [] as string[] } };

/** Builds the ability of one caller. Services see every row; what they may ask is limited by scope. */
export function abilityOf(who: Identity, grants: Grants, rules: AccessRules, matrix: AccessMatrix): Ability {
  const isService = who.scopes.includes('service');
  const builder = new AbilityBuilder(createPrismaAbility);
  const can = builder.can as (action: string, table: string, where?: Conditions) => void;
  const seen = new Set<string>();
  for (const [table, { type, relations }] of Object.entries(rules)) {
    const allow = (sight: Sight, where?: Conditions) => {
      seen.add(table);
      can('read', table, where);
      if (sight === 'FULL') can('readFully', table, where);
    };
    if (isService) allow('FULL');
    for (const role of who.roles) {
      for (const [relation, sight] of Object.entries(matrix[type]?.[role] ?? {}) as [Relation, Sight][]) {
        if (relation === 'OTHER') allow(sight);
        else {
          const where = relations[relation]?.(who, grants);
          if (where) allow(sight, where);
        }
      }
    }
  }
  const ability = builder.build();
  const check = (action: string) => (table: string, row: object) =>
    seen.has(table) && ability.can(action, subject(table, row as Record<string, unknown>) as never);
  return {
    sees: check('read'),
    seesFully: check('readFully'),
    where: (table) => (seen.has(table) ? (accessibleBy(ability as never) as { ofType(t: string): Record<string, unknown> }).ofType(table) : NOTHING),
  };
}

/** Reads the grants that hold on a day: of the signed-in party, and of the broker, scheme or provider they act for. Staff and services have none. */
export async function readGrants(pool: Pool, schema: string, who: Identity, today: string): Promise<Grants> {
  const parties = [...(who.party ? [who.party.locator] : []), ...Object.values(who.actsFor)];
  if (who.kind !== 'person' || parties.length === 0) return new Grants([]);
  const { rows } = await pool.query<Grant>({
    name: `grants:${schema}`,
    text: `SELECT target, target_id, role FROM ${schema}.access
           WHERE party_locator = ANY($1::text[]) AND valid_from <= $2::date AND (valid_to IS NULL OR $2::date < valid_to)`,
    values: [parties, today],
  });
  return new Grants(rows);
}

const LEVELS: Record<string, Sight> = { full: 'FULL', limited: 'LIMITED' };
const RELATIONS: readonly Relation[] = ['OWN', 'WARD', 'FAMILY', 'CLIENT', 'OTHER'];

/**
 * Reads the matrix out of docs/access.md: rows `| type | personas | own | ward | family | client | other |`.
 * An empty cell or "–" is NOT_FOUND. Throws on a cell it does not know, so that a slip of the pen cannot open a door.
 */
export function parseAccessMatrix(markdown: string): AccessMatrix {
  const matrix: Record<string, Record<string, Partial<Record<Relation, Sight>>>> = {};
  for (const line of markdown.split('\n')) {
    const cells = line.split('|').slice(1, -1).map((cell) => cell.trim());
    const [type = '', personas = '', ...levels] = cells;
    if (levels.length !== RELATIONS.length || type === 'type' || type.startsWith('-')) continue;
    for (const persona of personas.split(',').map((p) => p.trim())) {
      matrix[type] ??= {};
      const row: Partial<Record<Relation, Sight>> = {};
      levels.forEach((level, i) => {
        if (level === '' || level === '–') return;
        const sight = LEVELS[level];
        if (!sight) throw new Error(`docs/access.md: ${type} × ${persona}: unknown level "${level}"`);
        row[RELATIONS[i] as Relation] = sight;
      });
      matrix[type][persona] = row;
    }
  }
  return matrix;
}
