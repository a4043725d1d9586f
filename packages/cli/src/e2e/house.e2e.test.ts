/**
 * One question across the house, asked by somebody with one claim and by somebody with fifty: the answer is right, and every service asks its database the same
 * number of times. The statements are counted by PostgreSQL itself, in its log, by the name under which each service connects.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SUBGRAPHS } from '../repository.ts';
import { ACROSS } from '../smoke/house.ts';
import { claimVisit, type Insured, insure, providerCalled } from './people.ts';
import { settled } from './settled.ts';
import { type House, sharedHouse, until } from './system.ts';

const MANY = 50;

/** Statements by service, as PostgreSQL's log has them between two moments. */
class StatementLog {
  readonly #house: House;
  #file = '';
  constructor(house: House) {
    this.#house = house;
  }

  async #configure(...settings: string[]): Promise<void> {
    for (const setting of settings) await this.#house.sql('postgres', `ALTER SYSTEM ${setting}`);
    await this.#house.sql('postgres', 'SELECT pg_reload_conf()');
  }

  async open(): Promise<void> {
    this.#file = join(await this.#house.postgresHome(), 'postgres.log');
    await this.#configure("SET log_statement = 'all'", "SET log_line_prefix = '<%a> '");
    await until('PostgreSQL logs statements', async () => (await this.#house.sql<{ log_statement: string }>('postgres', 'SHOW log_statement'))[0]?.log_statement === 'all');
  }

  close = (): Promise<void> => this.#configure('RESET log_statement', 'RESET log_line_prefix');

  async during(act: () => Promise<unknown>): Promise<Record<string, number>> {
    const from = readFileSync(this.#file).length;
    await act();
    const text = readFileSync(this.#file).subarray(from).toString('utf8');
    const counts: Record<string, number> = {};
    for (const [, name = ''] of text.matchAll(/^<(\w+)> LOG: {2}(?:statement|execute )/gm)) if ((SUBGRAPHS as readonly string[]).includes(name)) counts[name] = (counts[name] ?? 0) + 1;
    return counts;
  }
}

describe('one question across the house', () => {
  const house = sharedHouse();
  const log = new StatementLog(house);
  let one: Insured;
  let many: Insured;
  beforeAll(async () => {
    const clinic = await providerCalled(house, 'Oakwood Clinic');
    [one, many] = await Promise.all([insure(house, 'across-one'), insure(house, 'across-many')]);
    await claimVisit(house, one, clinic, 1);
    for (let day = 1; day <= MANY; day += 5) await Promise.all([0, 1, 2, 3, 4].map((more) => claimVisit(house, many, clinic, day + more)));
    await settled(house);
    await log.open();
  });
  afterAll(async () => {
    await log.close();
    await house.stop();
  });

  it.each([
    ['one claim', () => one, 1],
    ['fifty claims', () => many, MANY],
  ])('is answered in full to somebody with %s', async (_what, who, count) => {
    const { me } = await house.data(who().name, ACROSS, { first: MANY });
    expect(me.displayName).toBe(`Kit ${who().name}`);
    expect(me.accounts.nodes[0].balance.balance).toMatchObject({ currency: 'USD' });
    expect(me.cover.nodes.map(({ elementType }: { elementType: string }) => elementType).sort()).toEqual(['DENTAL', 'MEDICAL']);
    expect(me.claims.nodes).toHaveLength(count);
    expect(new Set(me.claims.nodes.map(({ locator }: { locator: string }) => locator)).size).toBe(count);
    for (const claim of me.claims.nodes) {
      expect(claim).toMatchObject({ status: 'APPROVED', planPays: { amount: '90.00' }, provider: { name: 'Oakwood Clinic' } });
      expect(claim.charges.nodes).toEqual([{ category: 'CLAIM_PAYMENT', amount: { amount: '90.00' } }]);
      expect(claim.accumulatorMovements).toContainEqual({ amount: { amount: '30.00' } });
      expect(claim.producedDocuments.nodes).toHaveLength(1);
    }
    expect(me.notifications.nodes.length).toBeGreaterThan(0);
  });

  it('costs every service as many statements for fifty claims as for one', async () => {
    const countFor = (who: Insured) => log.during(() => house.data(who.name, ACROSS, { first: MANY }));
    const forOne = await countFor(one);
    expect(await countFor(one)).toEqual(forOne);
    expect(await countFor(many)).toEqual(forOne);
    expect(Object.keys(forOne).length, JSON.stringify(forOne)).toBeGreaterThanOrEqual(8);
  });
});
