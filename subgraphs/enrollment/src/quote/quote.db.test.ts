/** Quotes on PostgreSQL: from a draft to a price and to underwriting, what is refused, who sees them, and what it costs. */
import { person } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { said } from '../testing/fixtures.ts';
import { admin, key, makeWorld, member, TO_ACCEPTED, underwriter, type World } from '../testing/world.ts';
import { expireQuotes } from './sweep.ts';

describe('quotes', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld();
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.policyAdmin.outcomes = [];
    world.policyAdmin.beforeRules = async () => {};
    world.enrollment.clock.set('2026-03-01T09:00:00Z');
  });
  const count = async (sql: string, values: unknown[]) => Number((await world.db.pool.query(`SELECT count(*) FROM ${sql}`, values)).rows[0].count);

  it('go from a draft to an accepted offer, each step with its audit row', async () => {
    const ann = world.policyAdmin.person();
    const quote = await world.quoteFor(ann);
    // 3600.00 × 1.10 × 1.12 × 1 = 4435.20; 333.33 × 1.10 × 1.12 = 410.66256 → 410.66; tax R(4845.86 × 0.0175) = 84.80
    expect(quote).toMatchObject({ status: 'ACCEPTED', premium: { amount: '4845.86' }, tax: { amount: '84.80' }, fees: { amount: '25.00' }, total: { amount: '4955.66' }, effectiveTo: '2027-04-01' });
    const { rows } = await world.db.pool.query('SELECT command, from_status, to_status FROM enrollment.quote_events WHERE quote_id = $1 ORDER BY id', [quote.id]);
    expect(rows.map((row) => `${row.command}: ${row.from_status} → ${row.to_status}`)).toEqual([
      'create: null → DRAFT',
      'validate: DRAFT → VALIDATED',
      'price: VALIDATED → PRICED',
      'underwrite: PRICED → UNDERWRITTEN',
      'accept: UNDERWRITTEN → ACCEPTED',
    ]);
    const events = await world.db.pool.query('SELECT type FROM enrollment.outbox WHERE key = $1 ORDER BY id', [quote.locator]);
    expect(events.rows.map((row) => row.type)).toEqual(['olly.enrollment.quote.priced.v1', 'olly.enrollment.quote.accepted.v1']);
  });

  it('show the customer how the price is made up', async () => {
    const ann = world.policyAdmin.person();
    const { locator } = await world.quoteFor(ann, ['validateQuote', 'priceQuote']);
    const { quote } = await world.enrollment.data(member(ann), 'query ($l: ID!) { quote(locator: $l) { pricing { lines { elementType age explanation premium { amount currency } } taxes { name rate base { amount } amount { amount } } fees { name amount { amount } } total { amount } } } }', { l: locator });
    expect(quote.pricing).toEqual({
      lines: [
        { elementType: 'MEDICAL', age: 35, explanation: '3600.00 × 1.10 (Age 35) × 1.12 (Area NY) × 1 (Smoker false) = 4435.20', premium: { amount: '4435.20', currency: 'USD' } },
        { elementType: 'DENTAL', age: 35, explanation: '333.33 × 1.10 (Age 35) × 1.12 (Area NY) × 1 (Smoker false) = 410.66', premium: { amount: '410.66', currency: 'USD' } },
      ],
      taxes: [{ name: 'Premium tax', rate: '0.0175', base: { amount: '4845.86' }, amount: { amount: '84.80' } }],
      fees: [{ name: 'Policy fee', amount: { amount: '25.00' } }],
      total: { amount: '4955.66' },
    });
  });

  it('are opened once for a key, also by two calls at once, and refuse the key with other input', async () => {
    const ann = world.policyAdmin.person();
    const account = world.policyAdmin.account(ann);
    const input = { accountLocator: account.locator, effectiveFrom: '2026-04-01', insured: [{ partyLocator: ann.locator, relationship: 'SELF' }], idempotencyKey: key() };
    const [one, two] = await Promise.all([world.create(member(ann), input), world.create(member(ann), input)]);
    expect(two).toEqual(one);
    expect(await count('enrollment.quotes WHERE account_id = $1', [account.id])).toBe(1);
    expect(await world.create(member(ann), { ...input, effectiveFrom: '2026-05-01' })).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
  });

  it('change as drafts only, and only from the version that was read', async () => {
    const ann = world.policyAdmin.person();
    const draft = await world.quoteFor(ann, []);
    const update = async (input: object) =>
      (await world.enrollment.data(member(ann), 'mutation ($input: UpdateQuoteInput!) { r: updateQuote(input: $input) { ... on Quote { version region effectiveTo answers { key value } elements { type } } ... on EnrollmentRefusal { code field } } }', { input: { locator: draft.locator, ...input } })).r;
    const changed = await update({ version: 1, effectiveFrom: '2026-05-01', region: 'CA', elements: [{ type: 'DENTAL' }], answers: [{ key: 'height', value: 170 }] });
    expect(changed).toEqual({ version: 2, region: 'CA', effectiveTo: '2027-05-01', elements: [{ type: 'DENTAL' }], answers: [{ key: 'height', value: 170 }, { key: 'smoker', value: false }] });
    expect(await update({ version: 1, region: 'NY' })).toEqual({ code: 'CONFLICT', field: 'version' });
    await world.step('validateQuote', draft.locator);
    expect(await update({ version: 3, region: 'NY' })).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  });

  it('say what is wrong: answers, people, elements, region, first day', async () => {
    const ann = world.policyAdmin.person();
    const base = { accountLocator: world.policyAdmin.account(ann).locator, effectiveFrom: '2026-04-01', region: 'NY', insured: [{ partyLocator: ann.locator, relationship: 'SELF' }] };
    const refused = async (more: object) => {
      const { code, field } = await world.create(member(ann), { ...base, ...more });
      return [code, field];
    };
    expect(await refused({ answers: [{ key: 'smoker', value: 'yes' }] })).toEqual(['ANSWER_INVALID', 'answers.smoker']);
    expect(await refused({ answers: [{ key: 'height', value: 400 }] })).toEqual(['ANSWER_INVALID', 'answers.height']);
    expect(await refused({ answers: [{ key: 'smoker', value: { gt: '' } }] })).toEqual(['ANSWER_INVALID', 'answers.smoker']);
    expect(await refused({ answers: [{ key: 'weight', value: 1 }] })).toEqual(['ANSWER_INVALID', 'answers.weight']);
    expect(await refused({ insured: [] })).toEqual(['INSURED_INVALID', 'insured']);
    expect(await refused({ insured: [...base.insured, ...base.insured] })).toEqual(['INSURED_INVALID', 'insured[1]']);
    expect(await refused({ elements: [{ type: 'VISION' }] })).toEqual(['ELEMENT_UNKNOWN', 'elements[0].type']);
    expect(await refused({ effectiveFrom: '2025-12-31' })).toEqual(['VERSION_NOT_AVAILABLE', 'effectiveFrom']);
    expect(await refused({ effectiveFrom: '2026-01-15' })).toEqual(['RETRO_NOT_ALLOWED', 'effectiveFrom']);
    expect(await refused({ effectiveFrom: '2027-06-01' })).toEqual(['PERIOD_INVALID', 'effectiveFrom']);
    expect(await refused({ productVersionId: '01900000-0000-7000-8000-000000000000' })).toEqual(['VERSION_NOT_AVAILABLE', 'productVersionId']);
    const noAnswer = await world.create(member(ann), base);
    expect(await world.step('validateQuote', noAnswer.locator)).toMatchObject({ code: 'ANSWER_REQUIRED', field: 'answers.smoker' });
    const elsewhere = await world.create(member(ann), { ...base, region: 'TX', answers: [{ key: 'smoker', value: true }] });
    expect(await world.step('validateQuote', elsewhere.locator)).toMatchObject({ code: 'REGION_NOT_RATED', field: 'region' });
  });

  it('are refused once they have expired, with and without a sweep', async () => {
    const ann = world.policyAdmin.person();
    const [one, two] = [await world.quoteFor(ann, TO_ACCEPTED.slice(0, 3)), await world.quoteFor(ann)];
    world.enrollment.clock.set('2026-03-31T09:00:00Z');
    expect(await world.step('acceptQuote', one.locator)).toMatchObject({ code: 'QUOTE_EXPIRED' });
    expect(await world.issue(two.locator)).toMatchObject({ code: 'QUOTE_EXPIRED', message: 'The quote expired on 2026-03-31 at 09:00 UTC.' });
    const read = async () => (await world.enrollment.data(member(ann), '{ quotes(filter: { status: EXPIRED }) { nodes { locator status } } }')).quotes.nodes;
    const wanted = [two, one].map(({ locator }) => ({ locator, status: 'EXPIRED' }));
    expect(await read()).toEqual(wanted);
    expect(await expireQuotes(world.db.pool, { ...world.enrollment.deps, service: 'enrollment', schema: 'enrollment' })).toBeGreaterThanOrEqual(2);
    expect(await read()).toEqual(wanted);
    expect(await world.step('acceptQuote', one.locator)).toMatchObject({ code: 'QUOTE_EXPIRED' });
  });

  it('are either accepted or expired when both happen at once', async () => {
    const ann = world.policyAdmin.person();
    const origin = { ...world.enrollment.deps, service: 'enrollment', schema: 'enrollment' };
    for (let round = 0; round < 5; round += 1) {
      const quote = await world.quoteFor(ann, TO_ACCEPTED.slice(0, 3));
      const due = { ...origin, clock: { ...origin.clock, now: () => new Date('2026-04-15T00:00:00Z') } };
      const [accepted] = await Promise.all([world.step('acceptQuote', quote.locator), expireQuotes(world.db.pool, due)]);
      const { rows } = await world.db.pool.query('SELECT status FROM enrollment.quotes WHERE id = $1', [quote.id]);
      const audit = await count("enrollment.quote_events WHERE quote_id = $1 AND to_status IN ('ACCEPTED', 'EXPIRED')", [quote.id]);
      // An accepted quote may expire afterwards, before it is issued; an expired one is never accepted.
      if (accepted.status === 'ACCEPTED') expect(['ACCEPTED', 'EXPIRED']).toContain(rows[0].status);
      else expect([accepted.code, rows[0].status, audit]).toEqual([expect.stringMatching(/CONFLICT|QUOTE_EXPIRED/), 'EXPIRED', 1]);
    }
  });

  it('are referred by a block, asked again once it is lifted, and rejected for good by a reject', async () => {
    const ann = world.policyAdmin.person();
    world.policyAdmin.outcomes = [said('block'), said('info')];
    const quote = await world.quoteFor(ann, TO_ACCEPTED.slice(0, 3));
    expect(quote.status).toBe('REFERRED');
    expect(await world.step('acceptQuote', quote.locator)).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
    const flags = (await world.enrollment.data(underwriter, 'query ($l: ID!) { quote(locator: $l) { underwritingFlags { id flagType value } } }', { l: quote.locator })).quote.underwritingFlags;
    expect(flags.map((flag: { flagType: string }) => flag.flagType)).toEqual(['BLOCK', 'INFO']);
    const clear = 'mutation ($id: ID!, $reason: String!) { r: clearUnderwritingFlag(input: { id: $id, reason: $reason }) { ... on UnderwritingFlag { clearedAt } ... on EnrollmentRefusal { code } } }';
    expect((await world.enrollment.ask(member(ann), clear, { id: flags[0].id, reason: 'please' })).codes).toEqual(['FORBIDDEN']);
    expect((await world.enrollment.data(underwriter, clear, { id: flags[0].id, reason: ' ' })).r).toEqual({ code: 'REASON_REQUIRED' });
    expect((await world.enrollment.data(underwriter, clear, { id: flags[0].id, reason: 'Seen the report' })).r.clearedAt).toBe('2026-03-01T09:00:00.000Z');
    expect((await world.enrollment.data(underwriter, clear, { id: flags[0].id, reason: 'again' })).r).toEqual({ code: 'FLAG_NOT_STANDING' });
    expect(await world.step('underwriteQuote', quote.locator)).toMatchObject({ status: 'UNDERWRITTEN' });
    world.policyAdmin.outcomes = [said('block'), said('reject'), said('approve')];
    expect(await world.step('acceptQuote', quote.locator)).toMatchObject({ code: 'UNDERWRITING_BLOCKED', message: 'Underwriting holds this quote: it is now REJECTED.' });
    const after = (await world.enrollment.data(underwriter, 'query ($l: ID!) { quote(locator: $l) { status underwritingFlags { id flagType } } }', { l: quote.locator })).quote;
    expect(after.status).toBe('REJECTED');
    const reject = after.underwritingFlags.find((flag: { flagType: string }) => flag.flagType === 'REJECT');
    expect((await world.enrollment.data(underwriter, clear, { id: reject.id, reason: 'no' })).r).toEqual({ code: 'FLAG_PERMANENT' });
  });

  it('lose price and flags when they are reset, and answer CONFLICT when somebody was faster', async () => {
    const ann = world.policyAdmin.person();
    world.policyAdmin.outcomes = [said('block')];
    const quote = await world.quoteFor(ann, TO_ACCEPTED.slice(0, 3));
    expect(await world.step('resetQuote', quote.locator)).toMatchObject({ status: 'DRAFT', premium: null });
    expect(await count('enrollment.underwriting_flags WHERE quote_id = $1 AND withdrawn_at IS NULL', [quote.id])).toBe(0);
    await world.step('validateQuote', quote.locator);
    await world.step('priceQuote', quote.locator);
    world.policyAdmin.beforeRules = async () => {
      world.policyAdmin.beforeRules = async () => {};
      await world.step('resetQuote', quote.locator);
    };
    expect(await world.step('underwriteQuote', quote.locator)).toMatchObject({ code: 'CONFLICT' });
    expect(await world.step('refuseQuote', quote.locator)).toMatchObject({ status: 'REFUSED' });
    expect(await world.step('discardQuote', quote.locator)).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: 'The quote is REFUSED and cannot become DISCARDED.' });
  });

  it('are seen by holder, broker and underwriter; by anybody else exactly as if they were not there', async () => {
    const [ann, bob] = [world.policyAdmin.person(), world.policyAdmin.person()];
    const broker = person(['broker'], bob, { broker: 'brk_01kb1w5c9hf3xb2m9y6q0d4t7e' });
    const account = world.policyAdmin.account(ann, 'brk_01kb1w5c9hf3xb2m9y6q0d4t7e');
    const quote = await world.create(broker, { accountLocator: account.locator, effectiveFrom: '2026-04-01', insured: [{ partyLocator: ann.locator, relationship: 'SELF' }] });
    const see = async (who: ReturnType<typeof person>, l: string) => (await world.enrollment.data(who, 'query ($l: ID!) { quote(locator: $l) { broker status } }', { l })).quote;
    for (const who of [member(ann), broker, underwriter, admin]) expect(await see(who, quote.locator)).toEqual({ broker: 'brk_01kb1w5c9hf3xb2m9y6q0d4t7e', status: 'DRAFT' });
    const other = person(['broker'], world.policyAdmin.person(), { broker: 'brk_01kb1w5c9hf3xb2m9y6q0d4t7f' });
    for (const who of [member(bob), other, person(['adjuster']), person(['finance'])]) expect(await see(who, quote.locator)).toBeNull();
    const entity = async (r: object) => world.enrollment.ask(member(bob), 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Quote { status } } }', { r: [{ __typename: 'Quote', ...r }] });
    expect((await entity({ id: quote.id })).data).toEqual((await entity({ id: '01900000-0000-7000-8000-000000000000' })).data);
    const validate = async (l: string) => world.enrollment.ask(member(bob), 'mutation ($l: ID!) { validateQuote(input: { locator: $l }) { __typename } }', { l });
    const [hidden, absent] = [await validate(quote.locator), await validate('quo_01kb1w5c9hf3xb2m9y6q0d4t7e')];
    expect(hidden.codes).toEqual(['NOT_FOUND']);
    expect(hidden.errors).toEqual(absent.errors);
  });

  it('insure nobody who is neither family nor client of the caller', async () => {
    const [ann, stranger] = [world.policyAdmin.person(), world.policyAdmin.person()];
    const account = world.policyAdmin.account(ann);
    const ask = async (who: ReturnType<typeof person>, insured: string) =>
      (await world.enrollment.ask(who, 'mutation ($input: CreateQuoteInput!) { createQuote(input: $input) { __typename } }', {
        input: { accountLocator: account.locator, productVersionId: world.policyAdmin.versionId, effectiveFrom: '2026-04-01', insured: [{ partyLocator: insured, relationship: 'SELF' }], idempotencyKey: key() },
      })).codes;
    expect(await ask(member(ann), stranger.locator)).toEqual(['NOT_FOUND']);
    expect(await ask(member(stranger), ann.locator)).toEqual(['NOT_FOUND']);
    expect(await ask(member(ann), ann.locator)).toEqual([]);
  });

  it('cost as many statements for fifty as for one', async () => {
    const ann = world.policyAdmin.person();
    for (let index = 0; index < 50; index += 1) await world.quoteFor(ann, []);
    const list = 'query ($first: Int) { quotes(first: $first) { nodes { locator status answers { key } underwritingFlags { id } history { id } policy { id } } } }';
    const [one, fifty] = [await world.enrollment.ask(member(ann), list, { first: 1 }), await world.enrollment.ask(member(ann), list, { first: 50 })];
    expect(fifty.data.quotes.nodes).toHaveLength(50);
    expect(fifty.statements).toBe(one.statements);
  });
});
