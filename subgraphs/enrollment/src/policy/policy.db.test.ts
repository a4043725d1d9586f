/** Issuing on PostgreSQL: one policy with all that belongs to it, once, in one transaction; who sees it, and what it costs to read. */
import { person, service } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { said } from '../testing/fixtures.ts';
import { key, makeWorld, member, TO_ACCEPTED, underwriter, type World } from '../testing/world.ts';
import { policyChanged } from './events.ts';

const BROKER = 'brk_01kb1w5c9hf3xb2m9y6q0d4t7e';

describe('policies', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.policyAdmin.outcomes = [];
  });
  const rowsOf = async (sql: string, values: unknown[]) => (await world.db.pool.query(sql, values)).rows;
  const TABLES = ['policies', 'policy_terms', 'policy_transactions', 'policy_elements', 'policy_insureds', 'policy_charges', 'policy_field_values', 'transaction_field_values'];
  const everything = async () => {
    const counts: Record<string, number> = {};
    for (const table of [...TABLES, 'outbox', 'access', 'quote_events']) counts[table] = Number((await rowsOf(`SELECT count(*) FROM enrollment.${table}`, []))[0].count);
    return counts;
  };

  it('come with term, elements, people, answers, transaction, charges, grants, audit row and event', async () => {
    const [ann, kid] = [world.policyAdmin.person('1990-06-01'), world.policyAdmin.person('2012-07-15')];
    const insured = [{ partyLocator: ann.locator, relationship: 'SELF' }, { partyLocator: kid.locator, relationship: 'CHILD' }];
    const quote = await world.quoteFor(ann, TO_ACCEPTED, { insured, elements: [{ type: 'MEDICAL' }, { type: 'DENTAL', insuredLocators: [kid.locator] }] });
    const policy = await world.issue(quote.locator);
    expect(policy).toMatchObject({ status: 'PENDING', locator: expect.stringMatching(/^pol_/) });
    const query = `query ($l: ID!) { policy(locator: $l) { inceptionDate coveredTo jurisdiction region market lob
      terms { termNumber effectiveFrom effectiveTo status } elements { elementType premium { amount } coverage insured { relationship premium { amount } } }
      transactions { category status premium { amount } tax { amount } fees { amount } fieldValues { key value } charges { category amount { amount } effectiveFrom effectiveTo taxRate } }
      fieldValues { key value } quote { status locator } } }`;
    const { policy: read } = await world.enrollment.data(member(ann), query, { l: policy.locator });
    const period = { effectiveFrom: '2026-04-01', effectiveTo: '2027-04-01' };
    expect(read).toMatchObject({ inceptionDate: '2026-04-01', coveredTo: '2027-04-01', jurisdiction: 'New York', region: 'NY', market: 'US', lob: 'INDIVIDUAL_HEALTH' });
    expect(read.terms).toEqual([{ termNumber: 1, ...period, status: 'PENDING' }]);
    // Ann: 3600 × 1.10 × 1.12 = 4435.20. The child: 3600 × 0.85 × 1.12 = 3427.20, and 333.33 × 0.85 × 1.12 = 317.33.
    expect(read.elements.map((one: { elementType: string; premium: object; insured: object[] }) => [one.elementType, one.premium, one.insured])).toEqual([
      ['MEDICAL', { amount: '7862.40' }, [{ relationship: 'SELF', premium: { amount: '4435.20' } }, { relationship: 'CHILD', premium: { amount: '3427.20' } }]],
      ['DENTAL', { amount: '317.33' }, [{ relationship: 'CHILD', premium: { amount: '317.33' } }]],
    ]);
    expect(read.elements[0].coverage.coverageTerms[0].key).toBe('office_visit');
    const answers = [{ key: 'smoker', value: false }];
    expect(read.fieldValues).toEqual(answers);
    expect(read.transactions).toEqual([
      {
        category: 'ISSUANCE',
        status: 'ISSUED',
        premium: { amount: '8179.73' },
        tax: { amount: '143.15' },
        fees: { amount: '25.00' },
        fieldValues: answers,
        charges: [
          { category: 'PREMIUM', amount: { amount: '4435.20' }, ...period, taxRate: null },
          { category: 'PREMIUM', amount: { amount: '3427.20' }, ...period, taxRate: null },
          { category: 'PREMIUM', amount: { amount: '317.33' }, ...period, taxRate: null },
          { category: 'TAX', amount: { amount: '143.15' }, ...period, taxRate: '0.01750000' },
          { category: 'FEE', amount: { amount: '25.00' }, ...period, taxRate: null },
        ],
      },
    ]);
    expect(read.quote).toEqual({ status: 'ISSUED', locator: quote.locator });
  });

  it('tell others one event of the agreed shape, with who may see what, and without a name, birth date or answer', async () => {
    const [ann, kid, teen, partner] = [world.policyAdmin.person('1990-06-01'), world.policyAdmin.person('2012-07-15'), world.policyAdmin.person('2009-01-01'), world.policyAdmin.person('1991-03-03')];
    const insured = [
      { partyLocator: ann.locator, relationship: 'SELF' },
      { partyLocator: kid.locator, relationship: 'CHILD' },
      { partyLocator: teen.locator, relationship: 'CHILD' },
      { partyLocator: partner.locator, relationship: 'PARTNER' },
    ];
    const { locator } = await world.issue((await world.quoteFor(ann, TO_ACCEPTED, { insured })).locator);
    const [{ payload, topic, type }, ...more] = await rowsOf('SELECT * FROM enrollment.outbox WHERE key = $1', [locator]);
    expect(more).toEqual([]);
    expect([topic, type, payload.subject]).toEqual(['enrollment.policy', 'olly.enrollment.policy.issued.v1', locator]);
    const data = policyChanged.parse(payload.data);
    expect(data).toMatchObject({ policy: locator, billingLevel: 'ACCOUNT', lob: 'INDIVIDUAL_HEALTH', productCode: 'US_GOLD', status: 'PENDING', billing: { installments: 12, graceDays: 30 } });
    expect(data.transaction).toMatchObject({ category: 'ISSUANCE', effectiveDate: '2026-04-01' });
    expect(new Set(data.charges.map((charge) => charge.key)).size).toBe(data.charges.length);
    const read = data.access.map(({ party, role, target, from, to }) => [role, party, target, from, to]);
    const from = '2026-03-01';
    expect(read).toEqual([
      ['HOLDER', ann.locator, locator, from, null],
      ...[ann, kid, teen, partner].map((one) => ['INSURED', one.locator, locator, from, null]),
      ['GUARDIAN', ann.locator, kid.locator, from, '2028-07-15'],
      ['FAMILY', ann.locator, kid.locator, '2028-07-15', null],
      ['FAMILY', ann.locator, teen.locator, from, null],
      ['FAMILY', ann.locator, partner.locator, from, null],
    ]);
    expect(JSON.stringify(payload)).not.toMatch(/1990-06-01|2012-07-15|smoker/);
    const own = await rowsOf('SELECT role FROM enrollment.access WHERE source = $1', [locator]);
    expect(own).toHaveLength(data.access.length);
  });

  it('are issued once, however many ask at once and with whatever keys', async () => {
    const ann = world.policyAdmin.person();
    const quote = await world.quoteFor(ann);
    const before = await everything();
    const same = key();
    const answers = await Promise.all([same, same, key(), key(), key()].map((idempotencyKey) => world.issue(quote.locator, member(ann), idempotencyKey)));
    const issued = answers.filter((answer) => answer.locator);
    expect(new Set(issued.map((answer) => answer.locator)).size).toBe(1);
    for (const answer of answers.filter((one) => !one.locator)) expect(answer.code).toMatch(/^(CONFLICT|ILLEGAL_TRANSITION)$/);
    const after = await everything();
    expect(Object.fromEntries(Object.keys(after).map((table) => [table, (after[table] as number) - (before[table] as number)]))).toEqual({
      policies: 1, policy_terms: 1, policy_transactions: 1, policy_elements: 2, policy_insureds: 2, policy_charges: 4, policy_field_values: 1, transaction_field_values: 1,
      outbox: 1, access: 2, quote_events: 1,
    });
  });

  it('answer the same policy to the same key later, and refuse another key naming both states', async () => {
    const ann = world.policyAdmin.person();
    const quote = await world.quoteFor(ann);
    const idempotencyKey = key();
    const first = await world.issue(quote.locator, member(ann), idempotencyKey);
    expect(await world.issue(quote.locator, member(ann), idempotencyKey)).toEqual(first);
    expect(await world.issue(quote.locator, member(ann))).toEqual({ code: 'ILLEGAL_TRANSITION', message: 'The quote is ISSUED and cannot become ISSUED.', field: null });
    const other = await world.quoteFor(ann);
    expect(await world.issue(other.locator, member(ann), idempotencyKey)).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('leave nothing behind when something goes wrong half-way', async () => {
    const ann = world.policyAdmin.person();
    const quote = await world.quoteFor(ann);
    const ids = world.enrollment.deps.ids as { id: () => string };
    const original = ids.id;
    // The last id that issuing takes is the event's: everything else is written by then.
    let calls = 0;
    ids.id = () => {
      calls += 1;
      return original();
    };
    const twin = await world.quoteFor(ann);
    calls = 0;
    await world.issue(twin.locator);
    const last = calls;
    const before = await everything();
    calls = 0;
    ids.id = () => {
      calls += 1;
      if (calls === last) throw new Error('the power fails');
      return original();
    };
    await expect(world.issue(quote.locator)).rejects.toThrow('the power fails');
    ids.id = original;
    expect(await everything()).toEqual(before);
    expect(await world.issue(quote.locator)).toMatchObject({ status: 'PENDING' });
  });

  it('are not issued when the rules have changed their mind, and the quote shows it', async () => {
    const ann = world.policyAdmin.person();
    const quote = await world.quoteFor(ann);
    world.policyAdmin.outcomes = [said('decline')];
    expect(await world.issue(quote.locator)).toMatchObject({ code: 'UNDERWRITING_BLOCKED', message: 'Underwriting holds this quote: it is now DECLINED.' });
    expect((await rowsOf('SELECT status FROM enrollment.quotes WHERE id = $1', [quote.id]))[0].status).toBe('DECLINED');
    expect(await rowsOf('SELECT 1 FROM enrollment.policies WHERE quote_id = $1', [quote.id])).toEqual([]);
  });

  it('are seen by holder and insured, in part by the employer, without health answers by the broker, and by nobody else', async () => {
    const [ann, partner, bob] = [world.policyAdmin.person(), world.policyAdmin.person('1991-03-03'), world.policyAdmin.person()];
    const insured = [{ partyLocator: ann.locator, relationship: 'SELF' }, { partyLocator: partner.locator, relationship: 'SPOUSE' }];
    const account = world.policyAdmin.account(ann, BROKER);
    const input = { accountLocator: account.locator, effectiveFrom: '2026-04-01', region: 'NY', insured, answers: [{ key: 'smoker', value: false }], broker: BROKER, scheme: 'sch_01kb1w5c9hf3xb2m9y6q0d4t7e' };
    const { locator: quote } = await world.create(service('broker_api'), input);
    for (const name of TO_ACCEPTED) await world.step(name, quote);
    const { locator, id } = await world.issue(quote);
    const see = async (who: ReturnType<typeof person>) => (await world.enrollment.data(who, 'query ($l: ID!) { policy(locator: $l) { status elements { elementType } fieldValues { key } transactions { fieldValues { key } } } }', { l: locator })).policy;
    const full = { status: 'PENDING', elements: [{ elementType: 'MEDICAL' }, { elementType: 'DENTAL' }], fieldValues: [{ key: 'smoker' }], transactions: [{ fieldValues: [{ key: 'smoker' }] }] };
    for (const who of [member(ann), member(partner), underwriter]) expect(await see(who)).toEqual(full);
    expect(await see(person(['broker'], bob, { broker: BROKER }))).toEqual({ ...full, fieldValues: null, transactions: [{ fieldValues: null }] });
    expect(await see(person(['employer'], bob, { scheme: 'sch_01kb1w5c9hf3xb2m9y6q0d4t7e' }))).toEqual({ status: 'PENDING', elements: null, fieldValues: null, transactions: null });
    for (const who of [member(bob), person(['broker'], bob, { broker: 'brk_01kb1w5c9hf3xb2m9y6q0d4t7f' }), person(['privacy'])]) expect(await see(who)).toBeNull();

    const entities = async (who: ReturnType<typeof person>, r: object[]) =>
      (await world.enrollment.data(who, 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Policy { locator } ... on Party { policies { nodes { locator } } } ... on Account { policies { nodes { locator } } quotes { nodes { locator } } } } }', { r }))._entities;
    const references = [{ __typename: 'Policy', id }, { __typename: 'Policy', locator }, { __typename: 'Party', locator: partner.locator }, { __typename: 'Account', locator: account.locator }];
    const nodes = { nodes: [{ locator }] };
    expect(await entities(member(ann), references)).toEqual([{ locator }, { locator }, { policies: nodes }, { policies: nodes, quotes: { nodes: [{ locator: quote }] } }]);
    expect(await entities(member(bob), references)).toEqual([null, null, { policies: { nodes: [] } }, { policies: { nodes: [] }, quotes: { nodes: [] } }]);
  });

  it('tell claims whether they exist, and nobody else', async () => {
    const ann = world.policyAdmin.person();
    const { id } = await world.issue((await world.quoteFor(ann)).locator);
    const query = 'query ($id: ID!) { policyForClaim(policyId: $id) { exists account status } }';
    expect((await world.enrollment.data(service('claims'), query, { id })).policyForClaim).toMatchObject({ exists: true, account: expect.stringMatching(/^acc_/), status: 'PENDING' });
    expect((await world.enrollment.data(service('claims'), query, { id: '01900000-0000-7000-8000-000000000000' })).policyForClaim).toEqual({ exists: false, account: null, status: null });
    expect((await world.enrollment.ask(member(ann), query, { id })).codes).toEqual(['FORBIDDEN']);
  });

  it('cost as many statements for fifty as for one', async () => {
    const ann = world.policyAdmin.person();
    const issued: { id: string; locator: string }[] = [];
    for (let index = 0; index < 50; index += 1) issued.push(await world.issue((await world.quoteFor(ann)).locator));
    const nested = 'locator terms { status } elements { insured { id } } transactions { charges { id } fieldValues { key } } fieldValues { key } underwritingFlags { id } quote { locator answers { key } }';
    const list = `query ($first: Int) { policies(first: $first) { nodes { ${nested} } } }`;
    const [one, fifty] = [await world.enrollment.ask(member(ann), list, { first: 1 }), await world.enrollment.ask(member(ann), list, { first: 50 })];
    expect(fifty.data.policies.nodes).toHaveLength(50);
    expect(fifty.statements).toBe(one.statements);
    const byEntity = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Policy { ${nested} } } }`;
    const ask = async (count: number) => world.enrollment.ask(member(ann), byEntity, { r: issued.slice(0, count).map(({ id }) => ({ __typename: 'Policy', id })) });
    expect((await ask(50)).statements).toBe((await ask(1)).statements);
    const parties = async (count: number) => {
      const people = Array.from({ length: count }, () => ({ __typename: 'Party', locator: world.policyAdmin.person().locator }));
      return world.enrollment.ask(underwriter, 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Party { policies { nodes { locator } } } } }', { r: people });
    };
    expect((await parties(50)).statements).toBe((await parties(1)).statements);
  });
});
