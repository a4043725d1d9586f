/** Care on PostgreSQL: one winner for a slot, no overlaps, booking and moving in one step, and who sees what. */
import { newId } from '@olly/kit/locator';
import { person, scaled, type TestDatabase, type TestSubgraph, testDatabase, testSubgraph } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import subgraph from './subgraph.ts';

const PROVIDER = 'prv_01kb1w5c9hf3xb2m9y6q0d4t7e';
const doctor = person(['provider'], undefined, { provider: PROVIDER });
let serial = 0;
const member = () => {
  serial += 1;
  return person(['member'], { id: newId(), locator: `pty_01kb1w5c9hf3xb2m9y6q0d${String(serial).padStart(4, '0')}` });
};
type Who = ReturnType<typeof person>;

const REFUSAL = '... on CareRefusal { code }';
const PUBLISH = `mutation ($input: PublishSlotsInput!) { publishSlots(input: $input) { ... on PublishedSlots { slots { locator status startTime } } ${REFUSAL} } }`;
const HOLD = `mutation ($slot: ID!) { holdSlot(input: { slot: $slot }) { ... on ProviderSlot { locator status heldUntil } ${REFUSAL} } }`;
const OPEN = `mutation ($input: OpenEpisodeInput!) { openEpisode(input: $input) { ... on CareEpisode { locator } ${REFUSAL} } }`;
const BOOK = `mutation ($input: BookAppointmentInput!) { bookAppointment(input: $input) { ... on Appointment { locator status scheduledAt slot { status } } ${REFUSAL} } }`;
const CANCEL = `mutation ($l: ID!) { cancelAppointment(input: { locator: $l }) { ... on Appointment { status } ${REFUSAL} } }`;
const MOVE = `mutation ($l: ID!, $slot: ID!) { rescheduleAppointment(input: { locator: $l, slot: $slot }) { ... on Appointment { status slot { locator } } ${REFUSAL} } }`;

describe('care', () => {
  let db: TestDatabase;
  let care: TestSubgraph;
  let day = 1;
  beforeAll(async () => {
    db = await testDatabase('care');
    care = testSubgraph(subgraph, db, { start: '2026-03-01T09:00:00Z' });
  });
  afterAll(() => db.close());

  const publish = async (times: [string, string][], who: Who = doctor, provider = PROVIDER) =>
    (await care.data(who, PUBLISH, { input: { provider, timeZone: 'Europe/London', slots: times.map(([startTime, endTime]) => ({ startTime, endTime })) } })).publishSlots;
  const slots = async (count: number): Promise<string[]> => {
    day += 1;
    const date = `2026-05-${String(day).padStart(2, '0')}`;
    const times = Array.from({ length: count }, (_, i): [string, string] => [`${date}T${String(8 + i).padStart(2, '0')}:00:00Z`, `${date}T${String(8 + i).padStart(2, '0')}:30:00Z`]);
    return (await publish(times)).slots.map((slot: { locator: string }) => slot.locator);
  };
  const hold = async (who: Who, slot: string) => (await care.data(who, HOLD, { slot })).holdSlot;
  const open = async (who: Who, more: object = {}) =>
    (await care.data(who, OPEN, { input: { partyLocator: who.party?.locator, partyId: who.party?.id, careType: 'PRIMARY_CARE', summary: 'A sore knee', idempotencyKey: newId(), ...more } })).openEpisode;
  const book = async (who: Who, slot: string, episode: string, more: object = {}) => (await care.data(who, BOOK, { input: { slot, episode, type: 'IN_PERSON', ...more } })).bookAppointment;

  it('gives a slot to one of two hundred callers and tells the others that it is taken', async () => {
    for (let round = 0; round < scaled(100, 2); round += 1) {
      const [slot = ''] = await slots(1);
      const answers = await Promise.all(Array.from({ length: 200 }, () => hold(member(), slot)));
      expect(answers.filter((one) => one.status === 'HELD')).toHaveLength(1);
      expect(answers.filter((one) => one.code === 'SLOT_TAKEN')).toHaveLength(199);
      if (day >= 30) day = 1;
      await db.pool.query("UPDATE public.provider_slots SET status = 'WITHDRAWN', held_by = NULL, held_until = NULL");
    }
  });

  it('publishes no slot over another, not even from two calls at once, and none in the past', async () => {
    const time: [string, string] = ['2026-06-01T09:00:00Z', '2026-06-01T09:30:00Z'];
    const answers = await Promise.all([publish([time]), publish([['2026-06-01T09:15:00Z', '2026-06-01T09:45:00Z']])]);
    expect(answers.filter((one) => one.code === 'SLOTS_OVERLAP')).toHaveLength(1);
    expect(await publish([['2026-02-01T09:00:00Z', '2026-02-01T09:30:00Z']])).toEqual({ code: 'SLOT_IN_PAST' });
    expect((await care.ask(person(['provider'], undefined, { provider: 'prv_00000000000000000000000000' }), PUBLISH, { input: { provider: PROVIDER, timeZone: 'UTC', slots: [] } })).codes).toEqual(['FORBIDDEN']);
  });

  it('books what is held, cancels it, and the slot is free again', async () => {
    const [slot = ''] = await slots(1);
    const [me, other] = [member(), member()];
    const episode = await open(me);
    expect(await book(me, slot, episode.locator)).toEqual({ code: 'NOT_HELD' });
    await hold(me, slot);
    expect(await book(other, slot, (await open(other)).locator)).toEqual({ code: 'NOT_HELD' });
    expect(await book(me, slot, episode.locator, { type: 'VIDEO', linkOutUrl: 'https://10.0.0.1/room' })).toEqual({ code: 'LINK_INVALID' });
    const booked = await book(me, slot, episode.locator);
    expect(booked).toMatchObject({ status: 'BOOKED', slot: { status: 'BOOKED' } });
    expect(await hold(other, slot)).toEqual({ code: 'SLOT_TAKEN' });
    expect((await care.data(me, CANCEL, { l: booked.locator })).cancelAppointment).toEqual({ status: 'CANCELLED' });
    expect((await care.data(me, CANCEL, { l: booked.locator })).cancelAppointment).toEqual({ code: 'ILLEGAL_TRANSITION' });
    expect(await hold(other, slot)).toMatchObject({ status: 'HELD' });
  });

  it('moves an appointment in one step, and lets a hold run out by itself', async () => {
    const [first = '', second = ''] = await slots(2);
    const me = member();
    await hold(me, first);
    const booked = await book(me, first, (await open(me)).locator);
    await hold(me, second);
    expect((await care.data(me, MOVE, { l: booked.locator, slot: second })).rescheduleAppointment).toEqual({ status: 'BOOKED', slot: { locator: second } });
    await hold(me, first);
    care.clock.advance(10 * 60_000);
    expect((await care.data(me, MOVE, { l: booked.locator, slot: first })).rescheduleAppointment).toEqual({ code: 'HOLD_EXPIRED' });
    expect(await hold(member(), first)).toMatchObject({ status: 'HELD' });
  });

  it('opens an episode once for a triage session, and not for a stranger', async () => {
    const me = member();
    const session = 'tri_01kb1w5c9hf3xb2m9y6q0d4t7e';
    const answers = await Promise.all([open(me, { triageSessionLocator: session }), open(me, { triageSessionLocator: session })]);
    expect(answers.filter((one) => one.code === 'EPISODE_EXISTS')).toHaveLength(1);
    expect(await open(me, { partyLocator: member().party?.locator })).toEqual({ code: 'PARTY_NOT_YOURS' });
  });

  it('shows an episode to the person and those who treat, to nobody else, and tells no event what it is about', async () => {
    const [slot = ''] = await slots(1);
    const me = member();
    const episode = await open(me, { summary: 'Canary-Diagnosis' });
    const see = async (who: Who) => (await care.data(who, 'query ($l: ID!) { episode(locator: $l) { summary appointments { status } } }', { l: episode.locator })).episode;
    expect(await see(doctor)).toBeNull();
    await hold(me, slot);
    await book(me, slot, episode.locator);
    expect(await see(doctor)).toEqual({ summary: 'Canary-Diagnosis', appointments: [{ status: 'BOOKED' }] });
    expect(await see(member())).toBeNull();
    expect(await see(person(['adjuster']))).toBeNull();
    const { rows } = await db.pool.query('SELECT payload::text FROM public.outbox');
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain('Canary');
  });

  it('prescribes for the doctor’s own patient only, and what is not dispensed in time has expired', async () => {
    const [slot = ''] = await slots(1);
    const me = member();
    const episode = await open(me);
    const ISSUE = `mutation ($input: IssuePrescriptionInput!) { issuePrescription(input: $input) { ... on Prescription { locator status validUntil } ${REFUSAL} } }`;
    const input = { episode: episode.locator, medication: { name: 'Ibuprofen', dose: '400 mg' } };
    expect((await care.ask(doctor, ISSUE, { input })).codes).toEqual(['NOT_FOUND']);
    await hold(me, slot);
    await book(me, slot, episode.locator);
    expect((await care.data(doctor, ISSUE, { input: { ...input, medication: { name: 'X' } } })).issuePrescription).toEqual({ code: 'MEDICATION_INVALID' });
    const { issuePrescription } = await care.data(doctor, ISSUE, { input: { ...input, validUntil: '2026-03-20' } });
    expect(issuePrescription).toMatchObject({ status: 'ISSUED' });
    care.clock.set('2026-03-20T00:00:00Z');
    const STEP = `mutation ($l: ID!) { stepPrescription(input: { locator: $l, isDispensed: true }) { ... on Prescription { status } ${REFUSAL} } }`;
    expect((await care.data(doctor, STEP, { l: issuePrescription.locator })).stepPrescription).toEqual({ code: 'PRESCRIPTION_EXPIRED' });
    expect((await care.data(me, 'query ($l: ID!) { episode(locator: $l) { prescriptions { status } } }', { l: episode.locator })).episode.prescriptions).toEqual([{ status: 'EXPIRED' }]);
  });

  it('takes as many statements for fifty episodes as for one', async () => {
    const me = member();
    for (let i = 0; i < 50; i += 1) await open(me);
    const LIST = 'query ($first: Int!) { episodes(first: $first) { nodes { summary appointments { slot { status } } prescriptions { status } referrals { status } } } }';
    const one = await care.ask(me, LIST, { first: 1 });
    const fifty = await care.ask(me, LIST, { first: 50 });
    expect([fifty.data.episodes.nodes.length, fifty.statements]).toEqual([50, one.statements]);
  });
});
