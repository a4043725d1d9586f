/** Products and rules on PostgreSQL: drafts, publishing, what can no longer change, and what quoting is told. */
import { connect } from '@olly/kit/postgres';
import { person, service, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import subgraph from '../subgraph.ts';
import { usGold } from '../testing/fixtures.ts';
import { admin, makeWorld, publishVersion, underwriter, US_MARKET } from '../testing/world.ts';

describe('products', () => {
  let db: TestDatabase;
  let policyAdmin: TestSubgraph;
  let world: Awaited<ReturnType<typeof makeWorld>>;
  beforeAll(async () => {
    db = await testDatabase('policy_admin');
    policyAdmin = testSubgraph(subgraph, db);
    world = await makeWorld(policyAdmin);
  });
  afterAll(() => db.close());

  it('come into force with their first version, and the next one takes over on its first day', async () => {
    const first = await world.publishProduct('US_GOLD');
    expect(first).toMatchObject({ version: 1, status: 'PUBLISHED' });
    const second = await publishVersion(policyAdmin, first.locator, usGold, '2026-07-01');
    expect(second).toMatchObject({ version: 2 });
    const { product } = await policyAdmin.data(person(['member']), '{ product(code: "US_GOLD") { status versions { version effectiveFrom effectiveTo } june: versionOn(date: "2026-06-30") { version } july: versionOn(date: "2026-07-01") { version } } }');
    expect(product).toEqual({
      status: 'ACTIVE',
      versions: [{ version: 1, effectiveFrom: '2026-01-01', effectiveTo: '2026-07-01' }, { version: 2, effectiveFrom: '2026-07-01', effectiveTo: null }],
      june: { version: 1 },
      july: { version: 2 },
    });
    const events = await db.pool.query("SELECT payload->'data'->>'version' AS version FROM policy_admin.outbox WHERE key = $1 ORDER BY id", [first.locator]);
    expect(events.rows).toEqual([{ version: '1' }, { version: '2' }]);
  });

  it('are as their market wants them: no fewer cooling-off days, and its required questions asked', async () => {
    const SAVE = 'mutation ($input: SaveMarketProfileInput!) { saveMarketProfile(input: $input) { __typename ... on ProductRefusal { message } } }';
    const save = (more: object) => policyAdmin.data(admin, SAVE, { input: { ...US_MARKET, document: { ...US_MARKET.document, ...more } } });
    const publish = async (id: string) => (await policyAdmin.data(admin, 'mutation ($id: ID!) { r: publishProductVersion(input: { id: $id }) { ... on ProductVersion { status } ... on ProductRefusal { code field } } }', { id })).r;
    const { locator } = await world.publishProduct('US_MARKETED', usGold, '2026-01-01');
    expect(await publishVersion(policyAdmin, locator, { ...usGold, cancellation: { coolingOffDays: 9 } }, '2026-06-01')).toMatchObject({ code: 'COOLING_OFF_BELOW_MARKET' });
    await save({ requiredFields: ['tobacco'] });
    try {
      const { draft } = await policyAdmin.data(admin, 'mutation ($input: DraftProductVersionInput!) { draft: draftProductVersion(input: $input) { ... on ProductVersion { id } } }', { input: { productLocator: locator, effectiveFrom: '2026-06-01', document: usGold } });
      const ask = (required: boolean) =>
        policyAdmin.data(admin, 'mutation ($input: DefineFieldsInput!) { defineFields(input: $input) { __typename } }', { input: { productVersionId: draft.id, fields: [{ fieldKey: 'tobacco', label: 'Do you smoke?', fieldType: 'BOOLEAN', required }] } });
      expect(await publish(draft.id)).toEqual({ code: 'FIELD_REQUIRED_BY_MARKET', field: 'fields' });
      await ask(false);
      expect(await publish(draft.id)).toEqual({ code: 'FIELD_REQUIRED_BY_MARKET', field: 'fields' });
      await ask(true);
      expect(await publish(draft.id)).toEqual({ status: 'PUBLISHED' });
    } finally {
      await save({});
    }
  });

  it('refuse a version on days that are taken', async () => {
    const { locator } = await world.publishProduct('US_SILVER', usGold, '2026-03-01');
    expect(await publishVersion(policyAdmin, locator, usGold, '2026-03-01')).toMatchObject({ code: 'VERSIONS_OVERLAP' });
  });

  it('never change once published: not by a command, not by the service’s role, not by the owner', async () => {
    const { id } = await world.publishProduct('US_BRONZE');
    const again = await policyAdmin.data(admin, 'mutation ($id: ID!) { publishProductVersion(input: { id: $id }) { ... on ProductRefusal { code message } } }', { id });
    expect(again.publishProductVersion).toEqual({ code: 'ILLEGAL_TRANSITION', message: 'The version is PUBLISHED and cannot become PUBLISHED.' });
    await expect(db.pool.query("UPDATE policy_admin.product_versions SET document = '{}' WHERE id = $1", [id])).rejects.toThrow('does not change');
    const owner = await connect(db.ownerUrl, 'test');
    await expect(owner.query('DELETE FROM policy_admin.product_versions WHERE id = $1', [id])).rejects.toThrow('never deleted');
    await owner.end();
  });

  it('hide their drafts from all but staff', async () => {
    const { locator } = await world.publishProduct('US_TIN');
    await policyAdmin.data(admin, 'mutation ($input: DraftProductVersionInput!) { draftProductVersion(input: $input) { __typename } }', { input: { productLocator: locator, effectiveFrom: '2027-01-01', document: usGold } });
    const count = async (who: ReturnType<typeof person>) => (await policyAdmin.data(who, '{ product(code: "US_TIN") { versions { version } } }')).product.versions.length;
    expect([await count(person(['member'])), await count(underwriter)]).toEqual([1, 2]);
  });

  it('ask questions and rules that are checked when they are saved, and explain later what the rules were asked', async () => {
    const { createProduct } = await policyAdmin.data(admin, 'mutation { createProduct(input: { code: "US_RULED", name: "Ruled", lob: "INDIVIDUAL_HEALTH", marketCode: "US" }) { ... on Product { locator } } }');
    const { draftProductVersion: draft } = await policyAdmin.data(admin, 'mutation ($input: DraftProductVersionInput!) { draftProductVersion(input: $input) { ... on ProductVersion { id } } }', {
      input: { productLocator: createProduct.locator, effectiveFrom: '2026-01-01', document: usGold },
    });
    const FIELDS = 'mutation ($input: DefineFieldsInput!) { defineFields(input: $input) { ... on ProductVersion { fields { fieldKey fieldType options } } ... on ProductRefusal { code field } } }';
    const fields = [{ fieldKey: 'smoker', label: 'Do you smoke?', fieldType: 'BOOLEAN', required: true }, { fieldKey: 'plan', label: 'Plan', fieldType: 'ENUM', required: false, options: { choices: ['A', 'B'] } }];
    expect((await policyAdmin.data(admin, FIELDS, { input: { productVersionId: draft.id, fields: [{ ...fields[1], options: {} }] } })).defineFields).toEqual({ code: 'FIELD_INVALID', field: 'fields[0]' });
    expect((await policyAdmin.data(admin, FIELDS, { input: { productVersionId: draft.id, fields } })).defineFields.fields).toHaveLength(2);
    const RULES = 'mutation ($input: SaveRuleSetInput!) { saveRuleSet(input: $input) { ... on ProductVersion { ruleSets { name rules { name priority } } } ... on ProductRefusal { code field message } } }';
    const rules = [
      { name: 'Smokers are looked at', condition: 'answers.smoker', action: { flag: 'block', value: 'SMOKER' }, priority: 20 },
      { name: 'Nobody over 80', condition: 'insured.exists(i, i.age > 80)', action: { flag: 'reject', value: 'AGE' }, priority: 10 },
    ];
    const save = async (these: object[]) => (await policyAdmin.data(underwriter, RULES, { input: { productVersionId: draft.id, name: 'Risk', ruleSetType: 'UNDERWRITING', rules: these } })).saveRuleSet;
    expect(await save([{ ...rules[0], condition: 'answers.smoker >' }])).toMatchObject({ code: 'RULE_INVALID', field: 'rules[0]' });
    expect((await save(rules)).ruleSets[0].rules.map((rule: { name: string }) => rule.name)).toEqual(['Nobody over 80', 'Smokers are looked at']);
    await policyAdmin.data(admin, 'mutation ($id: ID!) { publishProductVersion(input: { id: $id }) { __typename } }', { id: draft.id });
    expect(await save(rules)).toMatchObject({ code: 'VERSION_PUBLISHED' });

    const entityId = '01900000-0000-7000-8000-00000000abcd';
    const facts = { insured: [{ age: 40 }], answers: { smoker: true } };
    const { evaluateRules } = await policyAdmin.data(service('enrollment'), 'mutation ($input: EvaluateRulesInput!) { evaluateRules(input: $input) { rule matched action error } }', {
      input: { productVersionId: draft.id, ruleSetType: 'UNDERWRITING', entityId, facts },
    });
    expect(evaluateRules).toEqual([
      { rule: 'Nobody over 80', matched: false, action: null, error: null },
      { rule: 'Smokers are looked at', matched: true, action: { flag: 'block', value: 'SMOKER' }, error: null },
    ]);
    const { ruleEvaluations } = await policyAdmin.data(underwriter, 'query ($entityId: ID!) { ruleEvaluations(entityId: $entityId) { nodes { inputs ruleSet { name } } } }', { entityId });
    expect(ruleEvaluations.nodes).toEqual([{ inputs: facts, ruleSet: { name: 'Risk' } }]);
  });

  it('give quoting everything in one answer, and nothing when a part is missing', async () => {
    const holder = await world.register();
    const account = await world.openAccount(holder);
    const { id } = await world.publishProduct('US_QUOTED');
    const FACTS = `query ($version: ID!, $account: ID!, $parties: [ID!]!) { quotingFacts(productVersionId: $version, accountLocator: $account, partyLocators: $parties) {
      version { document fields { fieldKey } product { code lob } } account { locator currency } holder { partyLocator } market { marketCode taxes { rate } } parties { locator dateOfBirth } } }`;
    const ask = (parties: string[]) => policyAdmin.ask(service('enrollment'), FACTS, { version: id, account: account.locator, parties });
    const { data, statements } = await ask([holder.locator]);
    expect(data.quotingFacts).toMatchObject({
      version: { document: usGold, product: { code: 'US_QUOTED' } },
      holder: { partyLocator: holder.locator },
      market: { taxes: [{ rate: '0.0175' }] },
      parties: [{ locator: holder.locator, dateOfBirth: '1990-06-01' }],
    });
    expect(statements).toBeLessThanOrEqual(7);
    expect((await ask([holder.locator, 'pty_00000000000000000000000000'])).data.quotingFacts).toBeNull();
  });
});
