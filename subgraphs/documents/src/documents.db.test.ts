/** Documents on a real database and a real worker: produced from events, seen by whose they are, downloaded with a trace; templates and uploads. */
import { createHash } from 'node:crypto';
import { installJobs, type RunningJobs, startJobs } from '@olly/kit/jobs';
import { newId } from '@olly/kit/locator';
import type { CloudEvent } from '@olly/kit/outbox';
import { connect, createPool, roleName, transaction } from '@olly/kit/postgres';
import { person, scaled, service, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertDocument, insertRendition, PDF } from './document/store.ts';
import { produce } from './production/produce.ts';
import { productionProjection } from './projections/production.ts';
import subgraph from './subgraph.ts';
import { claimDecided, invoiceFinalised, otherServices, party, policyIssued } from './testing.ts';

let db: TestDatabase;
let documents: TestSubgraph;
let worker: RunningJobs;
let workerPool: ReturnType<typeof createPool>;
const holder = party();
const member = person(['member'], holder);
const away = new Set<string>();

beforeAll(async () => {
  db = await testDatabase('documents');
  await installJobs(db.ownerUrl, roleName('documents', 'service'));
  documents = testSubgraph(subgraph, db, { services: otherServices(holder, away) });
  // on a pool of its own, so that its polling is not counted as a query's statements
  workerPool = createPool({ url: db.url, name: 'test-worker', max: 3 });
  worker = await startJobs({ pool: workerPool, pollMs: 50, tasks: subgraph.jobs?.(documents.services, documents.deps).tasks ?? {} });
});
afterAll(async () => {
  await worker.stop();
  await workerPool.end();
  await db.close();
});

/** As the projections apply an event, every one that reads its topic. */
async function publish(event: CloudEvent): Promise<void> {
  const topic = event.type.split('.').slice(1, 3).join('.');
  for (const projection of subgraph.projections?.(documents.services, documents.deps) ?? []) {
    if (projection.topics.includes(topic)) await transaction(db.pool, (tx) => projection.apply(tx, event));
  }
}

const FIELDS = 'id locator documentType subjectType subjectLocator templateVersion filename party { locator } renditions { rendition contentType sizeBytes contentHash } content { contentType contentHash sizeBytes base64 }';
const ABOUT = `query ($subject: ID!) { documents(filter: { subjectLocator: $subject }) { nodes { ${FIELDS} } } }`;

async function until<T>(look: () => Promise<T | null | undefined>): Promise<T> {
  const deadline = Date.now() + 15_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}
// biome-ignore lint/suspicious/noExplicitAny: a test reads what it asked for
const produced = (subject: string, who = member): Promise<any> => until(async () => (await documents.data(who, ABOUT, { subject })).documents.nodes[0]);
const textOf = (document: { content: { base64: string } }) => Buffer.from(document.content.base64, 'base64').toString('utf8');

describe('documents from events', () => {
  it('makes a policy schedule of an issued policy, in HTML and PDF, with hashes that hold', async () => {
    const event = policyIssued(holder);
    await publish(event);
    const document = await produced(event.subject);
    expect(document).toMatchObject({ documentType: 'POLICY_SCHEDULE', subjectType: 'POLICY', templateVersion: 0, party: { locator: holder.locator } });
    const html = textOf(document);
    expect(html).toContain('$3,663.00');
    expect(html).toContain('Deductible: $1,500.00 a person, $3,000.00 a family');
    expect(html).toContain('Zoë &lt;b&gt;Canary&lt;/b&gt;');
    expect(document.renditions.map((one: { rendition: string }) => one.rendition)).toEqual(['HTML', 'PDF']);
    expect(document.content.contentHash).toBe(createHash('sha256').update(Buffer.from(document.content.base64, 'base64')).digest('hex'));
    const pdf = await documents.data(member, 'query ($l: ID!) { document(locator: $l) { content(rendition: PDF) { filename contentType base64 } } }', { l: document.locator });
    expect(pdf.document.content).toMatchObject({ filename: `schedule-${event.subject}.pdf`, contentType: 'application/pdf' });
    expect(Buffer.from(pdf.document.content.base64, 'base64').subarray(0, 5).toString()).toBe('%PDF-');
  });

  it('makes an invoice of a finalised invoice, for the holder of its account', async () => {
    const event = invoiceFinalised();
    await publish(event);
    const document = await produced(event.subject);
    expect(document.party.locator).toBe(holder.locator);
    for (const text of ['1000017', 'Premium tax', '$5.25', '$305.25', 'March 15, 2026']) expect(textOf(document)).toContain(text);
  });

  it.each([['approved', 'Your claim was approved.'], ['partially_approved', 'approved in part'], ['denied', 'was denied'], ['paid', 'was paid']])('makes an explanation of benefits of a claim that was %s', async (what, sentence) => {
    const event = claimDecided(holder, what);
    await publish(event);
    const html = textOf(await produced(event.subject));
    for (const text of [sentence, '$150.00', '$70.00', '$64.00', '$16.00', 'CO-45 $70.00: Over the fee schedule']) expect(html).toContain(text);
  });

  it('takes the lines of a payment from claims, and finds the claimant of a claim that was denied before its people were known', async () => {
    const paid = claimDecided(holder, 'paid', { lines: undefined });
    const denied = claimDecided(holder, 'denied', { claimant: null, policy: null, account: null });
    await publish(paid);
    await publish(denied);
    expect(textOf(await produced(paid.subject))).toContain('CO-45 $70.00: Over the fee schedule');
    const document = await produced(denied.subject);
    expect(document.party.locator).toBe(holder.locator);
    expect(textOf(document)).toContain(`<p>Claim ${denied.subject}.</p>`);
  });

  it('leaves the reasons out when the claim has been decided anew since', async () => {
    const event = claimDecided(holder, 'approved', { lines: [{ number: 1, claimed: '150.00', allowed: '80.00', planPays: '60.00', memberOwes: '20.00' }] });
    await publish(event);
    const html = textOf(await produced(event.subject));
    expect(html).toContain('$60.00');
    expect(html).not.toContain('CO-45');
  });

  it('makes one document of an event that comes three times, and tells of it once, without a name', async () => {
    const event = policyIssued(holder);
    await Promise.all([publish(event), publish(event), publish(event)]);
    const document = await produced(event.subject);
    await publish(event);
    const payload = { kind: 'POLICY_SCHEDULE', eventId: event.id, issuedOn: '2026-03-01', data: event.data };
    const producer = { ...documents.deps, ...documents.services, service: 'documents', schema: 'documents' };
    await Promise.all([produce(producer, payload), produce(producer, payload)]);
    expect((await documents.data(member, ABOUT, { subject: event.subject })).documents.nodes).toHaveLength(1);
    const { rows } = await db.pool.query('SELECT event_type, topic, payload FROM documents.outbox WHERE key = $1', [document.locator]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ event_type: 'olly.documents.document.produced.v1', topic: 'documents.document' });
    expect(rows[0].payload.data).toEqual({ documentId: document.id, document: document.locator, party: holder.locator, documentType: 'POLICY_SCHEDULE', subjectType: 'POLICY', subject: event.subject, contentHash: document.content.contentHash });
    expect(JSON.stringify(rows)).not.toContain('Canary');
  });

  it('renders hundreds of explanations of benefits in the background, and says how far it is', async () => {
    const asked = scaled(500, 25);
    const PROGRESS = '{ documentProduction { waiting retrying produced } }';
    const progress = async () => (await documents.data(person(['admin']), PROGRESS)).documentProduction as { waiting: number; retrying: number; produced: number };
    expect((await documents.ask(member, PROGRESS)).codes).toEqual(['FORBIDDEN']);
    const before = await progress();
    const events = Array.from({ length: asked }, () => claimDecided(holder));
    await transaction(db.pool, async (tx) => {
      for (const event of events) await productionProjection.apply(tx, event);
    });
    const seen: number[] = [];
    for (let at = await progress(); at.waiting > 0; at = await progress()) {
      expect(at.retrying).toBe(0);
      seen.push(at.produced);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(seen.some((produced) => produced > before.produced && produced < before.produced + asked)).toBe(true);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect((await progress()).produced).toBe(before.produced + asked);
    const { rows } = await db.pool.query(
      "SELECT count(*)::int AS pdfs FROM documents.documents d JOIN documents.document_renditions r ON r.document_id = d.id AND r.content_type = 'application/pdf' WHERE d.subject_locator = ANY($1)",
      [events.map((event) => event.subject)],
    );
    expect(rows[0].pdfs).toBe(asked);
  }, 1_800_000);

  it('waits for a service that is away, and produces when it is back', async () => {
    away.add('billing');
    const event = invoiceFinalised();
    await publish(event);
    await until(async () => (await db.pool.query('SELECT 1 FROM graphile_worker.jobs WHERE key = $1 AND attempts > 0', [`produceDocument:${event.id}`])).rowCount);
    expect((await documents.data(member, ABOUT, { subject: event.subject })).documents.nodes).toEqual([]);
    away.delete('billing');
    expect((await produced(event.subject)).documentType).toBe('INVOICE');
  });
});

describe('who sees documents', () => {
  it('shows them to whose they are, the guardian, adjusters and administrators; to anybody else they do not exist', async () => {
    const [guardian, child] = [party(), party()];
    const access = [{ party: guardian.locator, partyId: guardian.id, target: child.locator, targetId: child.id, role: 'GUARDIAN', from: '2026-01-01', to: '2030-01-01' }];
    await publish({ ...policyIssued(guardian), data: { ...policyIssued(guardian).data, access } });
    const event = claimDecided(child);
    await publish(event);
    const document = await produced(event.subject, person(['adjuster']));
    const NESTED = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Party { documents { nodes { locator } } } ... on Claim { producedDocuments { nodes { locator } } } } }`;
    const see = async (who: ReturnType<typeof person>) => {
      const { document: one } = await documents.data(who, 'query ($l: ID!) { document(locator: $l) { locator content { sizeBytes } } }', { l: document.locator });
      const { _entities } = await documents.data(who, NESTED, { r: [{ __typename: 'Party', locator: child.locator }, { __typename: 'Claim', locator: event.subject }] });
      return [one === null ? 0 : 1, _entities[0].documents.nodes.length, _entities[1].producedDocuments.nodes.length];
    };
    for (const who of [person(['member'], child), person(['member'], guardian), person(['adjuster']), person(['admin'])]) expect(await see(who)).toEqual([1, 1, 1]);
    for (const role of ['member', 'broker', 'employer', 'provider', 'underwriter', 'finance', 'privacy']) expect(await see(person([role], party()))).toEqual([0, 0, 0]);
  });

  it('notes every download, by whom, and keeps the trail from being changed', async () => {
    const event = policyIssued(holder);
    await publish(event);
    const { locator } = await produced(event.subject);
    const PORT = 'query ($l: ID!) { documentContent(locator: $l, rendition: PDF) { ownerPartyLocator contentType } }';
    const { documentContent } = await documents.data({ ...service('gateway'), onBehalfOf: 'somebody' }, PORT, { l: locator });
    expect(documentContent).toEqual({ ownerPartyLocator: holder.locator, contentType: 'application/pdf' });
    const { rows } = await db.pool.query('SELECT actor, content_type FROM documents.downloads WHERE locator = $1 ORDER BY id DESC LIMIT 2', [locator]);
    expect(rows).toEqual([{ actor: 'somebody', content_type: 'application/pdf' }, { actor: member.subject, content_type: 'text/html; charset=utf-8' }]);
    expect((await documents.ask(member, PORT, { l: locator })).codes).toEqual(['FORBIDDEN']);
    await expect(db.pool.query('DELETE FROM documents.downloads')).rejects.toThrow('permission denied');
    const owner = await connect(db.ownerUrl, 'test');
    await expect(owner.query('DELETE FROM documents.downloads').finally(() => owner.end())).rejects.toThrow('append-only');
  });

  it('costs the same number of statements for one party and for fifty', async () => {
    const others = Array.from({ length: 50 }, party);
    const origin = { ...documents.deps, service: 'documents', schema: 'documents' };
    await transaction(db.pool, async (tx) => {
      for (const one of others) {
        const about = { party: one.locator, type: 'LETTER', market: 'US', templateVersion: 0, subjectType: 'PARTY', subject: one.locator, sourceEventId: newId(), filename: 'letter' } as const;
        const document = await insertDocument(tx, origin, { ...about, html: Buffer.from('<p>a letter</p>') });
        await insertRendition(tx, origin, document?.id ?? '', PDF, Buffer.from('%PDF-'));
      }
    });
    const QUERY = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Party { documents { nodes { locator renditions { sizeBytes } } } } } }';
    const ask = (count: number) => documents.ask(person(['admin']), QUERY, { r: others.slice(0, count).map(({ locator }) => ({ __typename: 'Party', locator })) });
    const [one, fifty] = [await ask(1), await ask(50)];
    expect(fifty.data._entities.every((entity: { documents: { nodes: { renditions: object[] }[] } }) => entity.documents.nodes[0]?.renditions.length === 2)).toBe(true);
    expect(one.statements).toBe(fifty.statements);
    const list = (first: number) => documents.ask(person(['admin']), `{ documents(first: ${first}) { nodes { locator renditions { sizeBytes } } } }`);
    expect((await list(1)).statements).toBe((await list(50)).statements);
  });
});

describe('templates', () => {
  const SAVE = 'mutation ($input: SaveDocumentTemplateInput!) { result: saveDocumentTemplate(input: $input) { ... on DocumentTemplate { version contentHtml versions { version contentHtml savedBy } } ... on DocumentRefusal { code message field } } }';
  const save = (contentHtml: string, marketCode = 'US', who = person(['admin'])) => documents.ask(who, SAVE, { input: { marketCode, templateType: 'POLICY_SCHEDULE', contentHtml } });

  it('are kept as they were written, with every version, and documents say which one made them', async () => {
    await save('<p>First {{ policy.locator }}</p>');
    const { data } = await save('<p>Second {{ policy.locator }}</p><script>alert(1)</script>');
    expect(data.result).toMatchObject({ version: 2, contentHtml: '<p>Second {{ policy.locator }}</p><script>alert(1)</script>' });
    expect(data.result.versions.map((one: { version: number }) => one.version)).toEqual([2, 1]);
    const event = policyIssued(holder);
    await publish(event);
    const document = await produced(event.subject);
    expect(document.templateVersion).toBe(2);
    expect(textOf(document)).toContain(`<p>Second ${event.subject}</p>`);
    expect(textOf(document)).not.toContain('script');
  });

  it('are refused when they cannot be rendered, with the place, and from anybody but administrators', async () => {
    expect((await save('<p>{{ policy.locator </p>')).data.result).toMatchObject({ code: 'TEMPLATE_INVALID', field: 'contentHtml' });
    expect((await save('x'.repeat(200_001))).data.result.code).toBe('TEMPLATE_TOO_LONG');
    expect((await save('<p>a</p>', 'XX')).data.result.code).toBe('UNKNOWN_MARKET');
    for (const role of ['member', 'broker', 'adjuster', 'privacy']) expect((await save('<p>a</p>', 'US', person([role], party()))).codes).toEqual(['FORBIDDEN']);
  });
});

describe('uploaded files', () => {
  const STORE = 'mutation ($input: StoreFileInput!) { result: storeFile(input: $input) { ... on StoredFile { locator sizeBytes contentHash } ... on DocumentRefusal { code } } }';
  const FILE = 'query ($l: ID!) { fileFor(locator: $l) { ownerPartyLocator filename contentType contentHash base64 } }';

  it('come back byte for byte, to services only, with a trace', async () => {
    const content = Buffer.from('%PDF-1.7 a bill');
    const input = { ownerPartyLocator: holder.locator, uploadedBy: member.subject, filename: 'bill.pdf', contentType: 'application/pdf', base64: content.toString('base64') };
    const { result } = await documents.data(service('gateway'), STORE, { input });
    expect(result.locator).toMatch(/^fil_/);
    const { fileFor } = await documents.data(service('claims'), FILE, { l: result.locator });
    expect(fileFor).toEqual({ ownerPartyLocator: holder.locator, filename: 'bill.pdf', contentType: 'application/pdf', contentHash: createHash('sha256').update(content).digest('hex'), base64: input.base64 });
    expect((await db.pool.query('SELECT actor FROM documents.downloads WHERE locator = $1', [result.locator])).rows).toEqual([{ actor: 'claims' }]);
    expect((await documents.ask(member, STORE, { input })).codes).toEqual(['FORBIDDEN']);
    expect((await documents.ask(person(['admin']), FILE, { l: result.locator })).codes).toEqual(['FORBIDDEN']);
    expect((await documents.data(service('gateway'), STORE, { input: { ...input, contentType: 'text/html' } })).result).toEqual({ code: 'CONTENT_TYPE_REFUSED' });
  });
});
