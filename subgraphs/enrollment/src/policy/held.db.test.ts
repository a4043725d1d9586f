/** Endorsements and quotes that underwriting or a broker's authority holds: kept, decided by an underwriter, and void once the policy has moved on. */
import type { Identity } from '@olly/kit/auth';
import { person } from '@olly/kit/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plain, said } from '../testing/fixtures.ts';
import { admin, key, makeWorld, member, TO_ACCEPTED, underwriter, type World } from '../testing/world.ts';

const TRANSACTION = '... on PolicyTransaction { locator status heldBy issuedAt premium { amount } charges { amount { amount } } } ... on EnrollmentRefusal { code message field }';
const BROKER = 'brk_01kb1w5c9hf3xb2m9y6q0d4t7e';

describe('what is held', () => {
  let world: World;
  beforeAll(async () => {
    world = await makeWorld('2025-12-20T09:00:00Z');
  });
  afterAll(() => world.close());
  beforeEach(() => {
    world.policyAdmin.outcomes = [];
    world.policyAdmin.limit = { amount: '1500.00', currency: 'USD' };
    plain(world.policyAdmin, 'DAY');
  });

  const send = async (who: Identity, name: string, input: object) =>
    (await world.enrollment.data(who, `mutation ($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { r: ${name}(input: $input) { ${TRANSACTION} } }`, { input })).r;
  const endorse = (who: Identity, locator: string, value: string, effectiveDate = '2026-07-01') => send(who, 'endorsePolicy', { change: { locator, effectiveDate, answers: [{ key: 'level', value }] }, idempotencyKey: key() });
  const approve = (who: Identity, locator: string, idempotencyKey = key()) => send(who, 'approveEndorsement', { locator, reason: 'Seen and agreed', idempotencyKey });
  const charged = async (locator: string) => (await world.db.pool.query('SELECT sum(c.amount)::numeric(19,2) AS sum FROM enrollment.policy_charges c JOIN enrollment.policies p ON p.id = c.policy_id WHERE p.locator = $1', [locator])).rows[0].sum;
  async function sold(broker: string | null = null) {
    const ann = world.policyAdmin.person();
    const agent = broker ? person(['broker'], world.policyAdmin.person(), { broker }) : null;
    const account = world.policyAdmin.account(ann, broker);
    let quote = await world.create(agent ?? admin, { accountLocator: account.locator, effectiveFrom: '2026-01-01', region: 'NY', insured: [{ partyLocator: ann.locator, relationship: 'SELF' }], answers: [{ key: 'level', value: 'A' }] });
    for (const name of TO_ACCEPTED) quote = await world.step(name, quote.locator, agent ?? admin);
    return { ann, agent: agent as Identity, locator: (await world.issue(quote.locator, agent ?? admin)).locator as string };
  }

  it('changes nothing until an underwriter approves it, with a reason; then it is made once, at what it would have cost', async () => {
    const { ann, locator } = await sold();
    world.policyAdmin.outcomes = [said('block')];
    const held = await endorse(member(ann), locator, 'B');
    expect(held).toMatchObject({ status: 'REFERRED', heldBy: ['BLOCK_CODE'], issuedAt: null, premium: { amount: '151.23' }, charges: [] });
    expect(await charged(locator)).toBe('1344.00');
    expect((await world.enrollment.ask(member(ann), 'mutation ($l: ID!) { approveEndorsement(input: { locator: $l, reason: "please", idempotencyKey: "k" }) { __typename } }', { l: held.locator })).codes).toEqual(['FORBIDDEN']);
    expect(await send(underwriter, 'approveEndorsement', { locator: held.locator, reason: ' ', idempotencyKey: key() })).toMatchObject({ code: 'REASON_REQUIRED', field: 'reason' });
    const once = key();
    const made = await approve(underwriter, held.locator, once);
    expect(made).toMatchObject({ locator: held.locator, status: 'ISSUED', premium: { amount: '151.23' }, charges: [{ amount: { amount: '151.23' } }, { amount: { amount: '18.15' } }] });
    expect((await approve(underwriter, held.locator, once)).locator).toBe(held.locator);
    expect(await approve(underwriter, held.locator)).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: 'The transaction is ISSUED and cannot become UNDERWRITTEN.' });
    expect(await charged(locator)).toBe('1513.38');
  });

  it('is invalidated when the policy moves on, and given up by the customer', async () => {
    const { ann, locator } = await sold();
    world.policyAdmin.outcomes = [said('decline')];
    const [one, two] = [await endorse(member(ann), locator, 'B'), await endorse(member(ann), locator, 'C')];
    expect([one.status, two.status]).toEqual(['DECLINED', 'DECLINED']);
    expect(await send(member(ann), 'refuseEndorsement', { locator: two.locator })).toMatchObject({ status: 'REFUSED' });
    expect(await endorse(underwriter, locator, 'C', '2026-08-01')).toMatchObject({ status: 'ISSUED' });
    expect(await approve(underwriter, one.locator)).toMatchObject({ code: 'ILLEGAL_TRANSITION', message: 'The transaction is INVALIDATED and cannot become UNDERWRITTEN.' });
    const stranger = await world.enrollment.ask(member(world.policyAdmin.person()), 'mutation ($l: ID!) { refuseEndorsement(input: { locator: $l }) { __typename } }', { l: one.locator });
    expect(stranger.codes).toEqual(['NOT_FOUND']);
  });

  it('is held for good by a reject, for an underwriter too', async () => {
    const { locator } = await sold();
    world.policyAdmin.outcomes = [said('reject')];
    const held = await endorse(underwriter, locator, 'B');
    expect(held.status).toBe('REJECTED');
    expect(await approve(underwriter, held.locator)).toMatchObject({ code: 'ILLEGAL_TRANSITION' });
  });

  it('is a broker’s change above their authority, though a rule approves it; they hear why, and not what the rules said of health', async () => {
    const { agent, locator } = await sold(BROKER);
    world.policyAdmin.outcomes = [said('approve'), said('info')];
    expect(await endorse(agent, locator, 'B')).toMatchObject({ status: 'ISSUED' });
    const held = await endorse(agent, locator, 'C', '2026-10-01');
    expect(held).toMatchObject({ status: 'REFERRED', heldBy: ['AUTHORITY_EXCEEDED'] });
    world.policyAdmin.outcomes = [said('block')];
    expect(await endorse(agent, locator, 'B', '2026-11-01')).toMatchObject({ status: 'REFERRED', heldBy: [] });
    expect(await approve(underwriter, held.locator)).toMatchObject({ status: 'ISSUED' });
  });

  it('is a broker’s quote above their authority, or without any: it is referred, never bound, until an underwriter clears it', async () => {
    world.policyAdmin.limit = { amount: '1199.99', currency: 'USD' };
    const ann = world.policyAdmin.person();
    const agent = person(['broker'], world.policyAdmin.person(), { broker: BROKER });
    const account = world.policyAdmin.account(ann, BROKER);
    const input = { accountLocator: account.locator, effectiveFrom: '2026-01-01', region: 'NY', insured: [{ partyLocator: ann.locator, relationship: 'SELF' }], answers: [{ key: 'level', value: 'A' }] };
    let quote = await world.create(agent, input);
    for (const name of TO_ACCEPTED.slice(0, 3)) quote = await world.step(name, quote.locator, agent);
    expect(quote.status).toBe('REFERRED');
    for (const bind of [() => world.step('acceptQuote', quote.locator, agent), () => world.issue(quote.locator, agent)]) expect(await bind()).toMatchObject({ code: 'AUTHORITY_EXCEEDED' });
    const { underwritingFlags } = (await world.enrollment.data(underwriter, 'query ($l: ID!) { quote(locator: $l) { underwritingFlags { id value } } }', { l: quote.locator })).quote;
    expect(underwritingFlags).toMatchObject([{ value: 'AUTHORITY_EXCEEDED' }]);
    await world.enrollment.data(underwriter, 'mutation ($id: ID!) { clearUnderwritingFlag(input: { id: $id, reason: "Agreed" }) { __typename } }', { id: underwritingFlags[0].id });
    expect(await world.step('underwriteQuote', quote.locator, agent)).toMatchObject({ status: 'UNDERWRITTEN' });
    expect(await world.step('acceptQuote', quote.locator, agent)).toMatchObject({ status: 'ACCEPTED' });
    // Withdrawn meanwhile: no limit at all. What an underwriter has cleared stays cleared.
    world.policyAdmin.limit = null;
    expect(await world.issue(quote.locator, agent)).toMatchObject({ status: 'PENDING' });
  });
});
