/** Pages of children under a row rule: what may not be seen neither shortens a page nor shows through `hasNextPage`, and the rule in SQL is the rule in the check. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AccessRules, abilityOf, Grants } from '../auth/index.ts';
import { newId } from '../locator/index.ts';
import { person, scratchDatabase, seed, type TestDatabase } from '../testing/index.ts';
import { childPageLoader } from './loaders.ts';
import { whereSql } from './where.ts';

interface Row {
  readonly id: string;
  readonly parent: string;
  readonly owner: string | null;
  readonly holder_id: string | null;
  readonly seen_by: string[];
}

const HOLDERS = ['01900000-0000-7000-8000-00000000000a', '01900000-0000-7000-8000-00000000000b'];
const MATRIX = { Note: { member: { OWN: 'FULL', WARD: 'FULL', CLIENT: 'LIMITED' }, admin: { OTHER: 'FULL' } } } as const;
const RULES: AccessRules = {
  notes: {
    type: 'Note',
    relations: {
      OWN: (who) => (who.party ? { OR: [{ owner: who.party.locator }, { owner: null, holder_id: { in: [who.party.id] } }] } : undefined),
      WARD: (_who, grants) => ({ owner: { in: grants.targets('GUARDIAN') } }),
      CLIENT: (who) => (who.actsFor.provider ? { seen_by: { has: who.actsFor.provider } } : undefined),
    },
  },
};
const guardian = new Grants([{ target: 'pty_ward', target_id: null, role: 'GUARDIAN' }]);
const ada = person(['member'], { id: HOLDERS[0] as string, locator: 'pty_ada' }, { provider: 'prv_1' });
const sightOf = (who = ada) => abilityOf(who, who === ada ? guardian : new Grants([]), RULES, MATRIX);

describe('a page of children', () => {
  let db: TestDatabase;
  let statements = 0;
  beforeAll(async () => {
    db = await scratchDatabase('CREATE TABLE notes (id uuid PRIMARY KEY, parent text NOT NULL, owner text, holder_id uuid, seen_by text[] NOT NULL)');
    db.pool.on('acquire', () => {
      statements += 1;
    });
  });
  afterAll(() => db.close());

  const insert = async (rows: readonly Omit<Row, 'id'>[]): Promise<Row[]> => {
    const whole = rows.map((row) => ({ id: newId(), ...row }));
    for (const { id, parent, owner, holder_id, seen_by } of whole) await db.pool.query('INSERT INTO notes VALUES ($1, $2, $3, $4, $5)', [id, parent, owner, holder_id, seen_by]);
    return whole;
  };
  const pages = (who = ada) => childPageLoader<Row>({ pool: db.pool, table: 'notes', subject: 'notes', ability: async () => sightOf(who) }, 'parent', 'text');
  const note = (parent: string, owner: string | null): Omit<Row, 'id'> => ({ parent, owner, holder_id: null, seen_by: [] });

  it('is as long as it may be, though hidden rows lie between, and goes on to the end', async () => {
    const rows = await insert(['pty_ada', 'pty_x', 'pty_x', 'pty_ward', 'pty_x', 'pty_ada', 'pty_x'].map((owner) => note('p1', owner)));
    const first = await pages().load('p1', { first: 2 });
    expect([first.nodes.map(({ id }) => id), first.pageInfo.hasNextPage]).toEqual([[rows[5]?.id, rows[3]?.id], true]);
    const second = await pages().load('p1', { first: 2, after: first.pageInfo.endCursor });
    expect([second.nodes.map(({ id }) => id), second.pageInfo.hasNextPage]).toEqual([[rows[0]?.id], false]);
  });

  it('does not tell by hasNextPage of rows that may not be seen', async () => {
    await insert(['pty_x', 'pty_x', 'pty_ada'].map((owner) => note('p2', owner)));
    const page = await pages().load('p2', { first: 1 });
    expect([page.nodes.length, page.pageInfo.hasNextPage]).toEqual([1, false]);
    const nobody = person(['finance']);
    expect(await pages(nobody).load('p2', { first: 1 })).toEqual(await pages(nobody).load('nothing', { first: 1 }));
  });

  it('costs one statement for one parent and for fifty', async () => {
    const loader = pages();
    statements = 0;
    await loader.load('p1', { first: 3 });
    const one = statements;
    await Promise.all(Array.from({ length: 50 }, (_, i) => loader.load(`many${i}`, { first: 3 })));
    expect([one, statements]).toEqual([1, 2]);
  });

  it('holds exactly the rows that the check lets through, whatever the rows are', async () => {
    const word = fc.constantFrom('pty_ada', 'pty_ward', 'pty_x', null);
    const row = fc.record({ owner: word, holder_id: fc.constantFrom(...HOLDERS, null), seen_by: fc.subarray(['prv_1', 'prv_2']) });
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength: 12 }), fc.constantFrom(ada, person(['admin']), person(['finance'])), async (found, who) => {
        run += 1;
        const rows = await insert(found.map((one) => ({ parent: `run${run}`, ...one })));
        const { nodes } = await pages(who).load(`run${run}`, { first: 100 });
        expect(nodes.map(({ id }) => id).sort()).toEqual(rows.filter((one) => sightOf(who).sees('notes', one)).map(({ id }) => id).sort());
      }),
      { seed, numRuns: 40 },
    );
  });

  it('shows nothing by a rule that it cannot read', () => {
    for (const where of [{ owner: { startsWith: 'pty' } }, { NOT: { owner: 'x' } }, { 'owner; DROP TABLE notes': 'x' }, { OR: ['x'] }]) expect(() => whereSql(where, [])).toThrow('cannot be read');
    expect(whereSql({ OR: [] }, [])).toBe('(false)');
  });
});
