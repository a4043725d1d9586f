/**
 * The house stands: the gateway answers, everything behind it is ready, one claim goes its whole way in both markets, everybody sees what is theirs and nothing else, and the pages are there.
 */
import { readdirSync } from 'node:fs';
import { connect, databaseUrl, schemaOf } from '@olly/kit/postgres';
import { PERSONAS } from '../demo/personas.ts';
import { portals } from '../build/build.ts';
import { publishes } from '../generate/events.ts';
import { inRoot, SUBGRAPHS } from '../repository.ts';
import { runningEnvironment } from '../running.ts';
import { type Told, tellClaimWay, UK, US } from './claim-way.ts';
import { expect, type Story, type Teller } from './story.ts';

export const house: Story = {
  name: 'house',
  async tell(teller) {
    const { run, step, ask, until } = teller;
    await step('the gateway and everything behind it are ready', () =>
      until(async () => (await (await fetch(`${run.url}/readyz`)).json()) as { status: string; checks: Record<string, string> }, ({ status }) => status === 'ok'));
    await step('a question without a token is answered as far as it is open', async () => {
      const { data, errors } = await ask(undefined, '{ __typename }');
      expect(data?.__typename === 'Query' && errors.length === 0, '__typename should be Query', { data, errors });
    });
    await step('every service is asked by its own name only in signed requests', async () => {
      for (const [name, url] of Object.entries(run.subgraphs)) {
        const { status } = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ _service { sdl } }"}' });
        expect(status === 401, `${name} should refuse an unsigned request`, status);
      }
    });
    await step('the demo knows its people', async () => {
      const { personas } = (await (await fetch(`${run.url}/demo/personas`)).json()) as { personas: string[] };
      expect(Object.keys(PERSONAS).every((name) => personas.includes(name)), 'every persona should be offered', personas);
    });
    await step('metrics tell of the gateway and of the outboxes', async () => {
      const text = await (await fetch(`${run.url}/metrics`)).text();
      for (const name of ['gateway_operations_total', 'olly_outbox_waiting', 'olly_outbox_lag_seconds', 'olly_outbox_failed']) expect(text.includes(name), `${name} should be shown`);
    });
    for (const name of portals()) {
      await step(`the pages of ${name} are served`, async () => {
        const { status } = await fetch(`${run.url}/${name}/`);
        expect(status === 200, 'it should be there', status);
      });
    }
    const told = await tellClaimWay(teller, US);
    await tellClaimWay(teller, UK);
    await tellFollowers(teller, told);
    await tellEvents(teller);
    await tellSight(teller, told);
  },
};

/** One query that every service but the calendar's has a part in. */
export const ACROSS = `query Across($first: Int!) {
  me {
    displayName
    accounts(first: 1) { nodes { displayNumber balance { balance { amount currency } } } }
    cover(first: $first) { nodes { elementType effectiveFrom } }
    claims(first: $first) { nodes { locator status planPays { amount } provider { name } accumulatorMovements { amount { amount } } charges(first: 3) { nodes { category amount { amount } } } producedDocuments(first: 1) { nodes { filename } } } }
    notifications(first: 3) { nodes { channel status } }
    consents { consentType granted }
    episodes(first: 3) { nodes { careType appointments { scheduledAt } } }
    triageSessions(first: 3) { nodes { status } }
    schemeMemberships { status }
  }
}`;

/** What follows a claim by events alone: the explanation as a document, and the words that go out. */
async function tellFollowers({ step, data, until }: Teller, { claim, party }: Told): Promise<void> {
  await step('the explanation of benefits was produced from the claim’s event', () =>
    until(
      async () => (await data('adjuster', 'query Produced($l: ID!) { claim(locator: $l) { producedDocuments(first: 5) { nodes { documentType renditions { contentType } } } } }', { l: claim.locator })).claim.producedDocuments.nodes,
      (rows: { documentType: string }[]) => rows.some((row) => row.documentType === 'EXPLANATION_OF_BENEFITS'),
    ));
  await step('the person was told by e-mail and in the inbox, from the policy’s and the claim’s events', () =>
    until(
      async () => (await data('admin', 'query Told($l: ID!) { party(locator: $l) { notifications(first: 20) { nodes { event channel status } } } }', { l: party.locator })).party.notifications.nodes,
      (rows: { channel: string; status: string }[]) => rows.some((row) => row.channel === 'EMAIL' && row.status === 'SENT'),
    ));
}

/** Every event that any service has told is declared, and none waits or was refused. */
async function tellEvents({ step, until }: Teller): Promise<void> {
  const declared = new Set(readdirSync(inRoot('schema/events')).map((file) => file.replace(/\.json$/, '')));
  await step('every event that was told is declared in schema/events, and has left its outbox', async () => {
    for (const name of SUBGRAPHS.filter(publishes)) {
      const client = await connect(databaseUrl(name, 'service', runningEnvironment()), 'olly-smoke');
      try {
        const { rows } = await client.query<{ type: string }>(`SELECT DISTINCT type FROM ${schemaOf(name)}.outbox`);
        const unknown = rows.filter(({ type }) => !declared.has(type));
        expect(unknown.length === 0, `${name} tells of what is not declared`, unknown);
        await until(async () => (await client.query(`SELECT 1 FROM ${schemaOf(name)}.outbox WHERE published_at IS NULL`)).rowCount, (waiting) => waiting === 0);
      } finally {
        await client.end();
      }
    }
  });
}

/** Each sees what is theirs; anybody else’s is as if it did not exist. */
async function tellSight({ step, ask, data }: Teller, { claim, policy }: Told): Promise<void> {
  await step('one query as a member goes across the house without an error', async () => {
    const { me } = await data('member', ACROSS, { first: 5 });
    expect(me.displayName === 'Ada Moss' && me.cover.nodes.length > 0 && me.claims.nodes.length > 0, 'Ada’s cover and claims', me);
  });
  await step('somebody else’s claim and policy do not exist for a member, a broker, a provider or an employer', async () => {
    for (const persona of ['member2', 'broker2', 'employer']) {
      const { data: seen, errors } = await ask(persona, 'query Pry($claim: ID!, $policy: ID!) { claim(locator: $claim) { status } policy(locator: $policy) { status } }', { claim: claim.locator, policy: policy.locator });
      expect(seen?.claim === null && seen.policy === null && errors.every((error) => error.code === 'NOT_FOUND'), `${persona} should see nothing`, { seen, errors });
    }
  });
  await step('a member may not adjudicate, and nobody may set a status', async () => {
    const forbidden = await ask('member', 'mutation Try($l: ID!) { adjudicateClaim(input: { claim: $l }) { __typename } }', { l: claim.locator });
    expect(forbidden.errors[0]?.code === 'FORBIDDEN', 'FORBIDDEN', forbidden);
    const assigned = await ask('member', 'mutation Try { submitClaim(input: { status: "PAID", paidAmount: 5 }) { __typename } }');
    expect(assigned.errors[0]?.code === 'GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_VALIDATION_FAILED', assigned);
  });
  await step('the trial balance has no difference in any currency', async () => {
    const { trialBalance } = await data('finance', '{ trialBalance { totals { debit { amount currency } credit { amount } } } }');
    expect(trialBalance.totals.length > 0 && trialBalance.totals.every((one: { debit: { amount: string }; credit: { amount: string } }) => one.debit.amount === one.credit.amount), 'debit = credit', trialBalance);
  });
}
