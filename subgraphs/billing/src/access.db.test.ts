/** Who sees what of billing, on every way to it; and that a list of fifty costs as many statements as a list of one. */
import { newLocator } from '@olly/kit/locator';
import { person, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import billing from './subgraph.ts';
import { apply, claimOf, finance, newParty, pay, policyOf, run } from './testing/world.ts';

const MINE = `{ invoices { nodes { locator account { locator balance { balance { amount } } statement { closing { amount } } } } } charges { nodes { locator category } } payments { nodes { locator } } }`;
const ENTITIES = `query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename
  ... on Account { invoices { nodes { locator } } charges { nodes { category } } payments { nodes { locator } } balance { balance { amount } } statement { closing { amount } } }
  ... on Policy { charges { nodes { category } } } ... on Claim { charges { nodes { category amount { amount } } } } ... on Invoice { open { amount } } ... on Payment { method } ... on Charge { category } } }`;

describe('who sees what', () => {
  let db: TestDatabase;
  let subgraph: TestSubgraph;
  const broker = newLocator('brk');
  const policy = policyOf({ broker });
  const other = policyOf();
  const child = newParty();
  const claim = claimOf(policy, child);
  beforeAll(async () => {
    db = await testDatabase('billing');
    subgraph = testSubgraph(billing, db, { start: '2026-03-02T09:00:00Z' });
    for (const each of [policy, other]) {
      await each.issue(db);
      await run(subgraph, 'invoiceCharges');
      await pay(subgraph, each.account, '50.00');
    }
    await apply(db, claim.told('approved'));
    const access = [{ party: policy.holder.locator, partyId: policy.holder.id, target: child.locator, targetId: child.id, role: 'GUARDIAN', from: '2020-01-01', to: null }];
    await apply(db, { ...policy.opened(), id: claim.claim.id, type: 'olly.policy_admin.party.registered.v1', subject: child.locator, data: { access } });
  });
  afterAll(() => db.close());

  const representations = [
    { __typename: 'Account', locator: policy.account.locator }, { __typename: 'Account', id: policy.account.id },
    { __typename: 'Policy', id: policy.policy.id }, { __typename: 'Claim', id: claim.claim.id },
  ];
  const entities = async (who: ReturnType<typeof person>) => (await subgraph.data(who, ENTITIES, { representations }))._entities;
  const member = person(['member'], policy.holder);

  it('a member sees own invoices, charges and payments, and nobody else’s', async () => {
    const mine = await subgraph.data(member, MINE);
    expect(mine.invoices.nodes).toEqual([{ locator: expect.any(String), account: { locator: policy.account.locator, balance: { balance: { amount: '70.00' } }, statement: { closing: { amount: '70.00' } } } }]);
    expect(mine.payments.nodes).toHaveLength(1);
    const theirs = (await subgraph.data(finance, MINE)).invoices.nodes.find((invoice: { account: { locator: string } }) => invoice.account.locator === other.account.locator);
    expect(await subgraph.data(member, `{ invoice(locator: "${theirs.locator}") { status } absent: invoice(locator: "${newLocator('inv')}") { status } }`)).toEqual({ invoice: null, absent: null });
  });

  it('a member reaches nothing of another’s account through an entity', async () => {
    const [account, again, byPolicy, byClaim] = await entities(person(['member'], other.holder));
    expect(account).toEqual({ __typename: 'Account', invoices: { nodes: [] }, charges: { nodes: [] }, payments: { nodes: [] }, balance: null, statement: null });
    expect(again).toEqual(account);
    expect(byPolicy.charges.nodes).toEqual([]);
    expect(byClaim.charges.nodes).toEqual([]);
  });

  it('a guardian sees what a child’s claim cost; another adult on the policy would not be shown', async () => {
    const [account, , , byClaim] = await entities(member);
    expect(byClaim.charges.nodes).toEqual([{ category: 'CLAIM_PAYMENT', amount: { amount: '500.00' } }]);
    expect(account.charges.nodes.map((charge: { category: string }) => charge.category).toSorted()).toEqual(['CLAIM_PAYMENT', 'PREMIUM', 'TAX']);
    const adult = claimOf(policy, newParty());
    await apply(db, adult.told('approved'));
    const { _entities } = await subgraph.data(member, ENTITIES, { representations: [{ __typename: 'Claim', id: adult.claim.id }] });
    expect(_entities[0].charges.nodes).toEqual([]);
  });

  it('a broker sees a client’s premium and tax, never a claim, an invoice, a payment or a balance', async () => {
    const [account, , byPolicy, byClaim] = await entities(person(['broker'], newParty(), { broker }));
    expect(account).toMatchObject({ invoices: { nodes: [] }, payments: { nodes: [] }, balance: null, statement: null });
    expect(byPolicy.charges.nodes.map((charge: { category: string }) => charge.category).toSorted()).toEqual(['PREMIUM', 'TAX']);
    expect(byClaim.charges.nodes).toEqual([]);
    const stranger = await entities(person(['broker'], newParty(), { broker: newLocator('brk') }));
    expect(stranger[2].charges.nodes).toEqual([]);
  });

  it('finance sees everything, an adjuster charges only', async () => {
    expect((await entities(finance))[0]).toMatchObject({ balance: { balance: { amount: '70.00' } } });
    const adjuster = await entities(person(['adjuster']));
    expect(adjuster[3].charges.nodes).toHaveLength(1);
    expect(adjuster[0]).toMatchObject({ invoices: { nodes: [] }, balance: null });
  });

  it.each(['member', 'broker', 'adjuster', 'underwriter', 'privacy', 'employer', 'provider'])('a %s has no way into the ledger, and moves no invoice', async (role) => {
    const who = person([role], policy.holder);
    for (const query of ['{ trialBalance { asOf } }', '{ ledgerEntries { nodes { id } } }', '{ journal(locator: "x") { id } }', 'mutation { voidInvoice(input: { invoice: "x" }) { __typename } }', 'mutation { generateInvoices(input: { account: "x" }) { __typename } }']) {
      expect((await subgraph.ask(who, query)).codes).toEqual(['FORBIDDEN']);
    }
  });

  it('finance reads entries with their journals, by what they are about', async () => {
    const { ledgerEntries } = await subgraph.data(finance, `{ ledgerEntries(filter: { referenceId: "${claim.claim.id}" }) { nodes { ledgerAccount direction amount { amount } journal { kind entries { id } } } } }`);
    expect(ledgerEntries.nodes.map((entry: { ledgerAccount: string; direction: string }) => [entry.ledgerAccount, entry.direction]).toSorted()).toEqual([['CLAIMS_EXPENSE', 'DEBIT'], ['CLAIMS_PAYABLE', 'CREDIT']]);
    expect(ledgerEntries.nodes[0].journal).toMatchObject({ kind: 'CLAIM_APPROVAL', entries: [{ id: expect.any(String) }, { id: expect.any(String) }] });
    expect((await subgraph.data(finance, '{ ledgerEntries(filter: { referenceId: "1 OR 1=1" }) { nodes { id } } }')).ledgerEntries.nodes).toEqual([]);
  });

  it('costs as many statements for fifty invoices, payments and charges as for one', async () => {
    const query = `query ($first: Int!) {
      invoices(first: $first) { nodes { open { amount } policy { locator } lines { charge { category } } installments { paid { amount } } adjustments { id } payments(first: 5) { nodes { id } }
        account { balance { balance { amount } } statement { closing { amount } } charges(first: 5) { nodes { id } } invoices(first: 5) { nodes { id } } } } }
      payments(first: $first) { nodes { refunded { amount } invoice { status } allocations { installment { status } } } }
      charges(first: $first) { nodes { policy { locator } invoice { status } } } }`;
    for (let index = 0; index < 50; index += 1) {
      const each = policyOf();
      await each.issue(db);
    }
    await run(subgraph, 'invoiceCharges');
    const { rows } = await db.pool.query<{ id: string; locator: string }>('SELECT id, locator FROM billing.accounts');
    for (const account of rows) await pay(subgraph, account, '60.00');
    const one = await subgraph.ask(finance, query, { first: 1 });
    const fifty = await subgraph.ask(finance, query, { first: 50 });
    expect(fifty.errors).toEqual([]);
    expect(fifty.data.invoices.nodes).toHaveLength(50);
    expect(fifty.data.payments.nodes).toHaveLength(50);
    expect(fifty.statements).toBe(one.statements);
    const member50 = await subgraph.ask(member, query, { first: 50 });
    expect(member50.errors).toEqual([]);
    expect(member50.statements).toBeLessThanOrEqual(one.statements + 1);
  });
});
