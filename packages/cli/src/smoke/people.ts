/**
 * One person is looked after: they agree, describe a problem and get advice, see a doctor, hand in the bill, read its explanation and are told by e-mail. Somebody new each time, with a token
 * of their own, so that it can be told again on the same system; a second member stands by and is shown nothing.
 */
import { randomInt } from 'node:crypto';
import { signDemoToken } from '@olly/kit/auth';
import { connect, databaseUrl } from '@olly/kit/postgres';
import { addDays, addMonths } from '@olly/kit/time';
import { type Ask, buyPolicy, type ClaimAnswer, command, openAccount, type Ref, RefusedByHouse, registerPerson, submitClaim, versionOf } from '../demo/flow.ts';
import { dataDir, runningEnvironment } from '../running.ts';
import { ask as askAs } from './ask.ts';
import { expect, type Story, type Teller } from './story.ts';

interface Patient extends Ref {
  readonly email: string;
  readonly token: string;
}

interface Slot {
  readonly locator: string;
  readonly startTime: string;
}

const SESSION = 'locator status level openQuestion { turnNumber questionType choices } recommendation { title reasons { code } }';

export const people: Story = {
  name: 'people',
  async tell(teller) {
    const patient = await tellPerson(teller);
    const own: Ask = async (_persona, query, variables) => {
      const { data, errors } = await askAs(teller.run.url, patient.token, query, variables);
      if (errors[0]) throw new Error(`${errors[0].code}: ${errors[0].message}`);
      return data;
    };
    const clinic = (await teller.data('provider', 'query Clinic($search: ProviderSearch!) { providers(search: $search) { nodes { id locator } } }', { search: { name: 'Oakwood Clinic' } })).providers.nodes[0] as Ref;
    const session = await tellTriage(teller, own, patient);
    const { episode, third } = await tellCare(teller, own, patient, clinic, session);
    await tellTreatment(teller, own, clinic, episode, third);
    await tellExplanation(teller, patient, await tellClaim(teller, patient, clinic));
    await tellMail(teller, patient);
    await tellForgetting(teller, own, patient, session);
  },
};

async function tellPerson({ step, data, id }: Teller): Promise<Patient> {
  return step('a person joins, and signs in as themselves', async () => {
    const email = `robin.${id.slice(0, 8)}@example.org`;
    const party = await registerPerson(data, 'admin', { firstName: 'Robin', lastName: `Smoke-${id.slice(0, 8)}`, dateOfBirth: '1990-06-01', email }, `${id}-party`);
    return { ...party, email, token: await signDemoToken(dataDir(), { subject: `smoke-${id}`, roles: ['member'], party }) };
  });
}

/** Consent, a calm case and a red flag; answers the calm session. */
async function tellTriage({ step, run, id }: Teller, own: Ask, { token }: Patient): Promise<string> {
  const start = (words: string, key: string) => command(own, 'own', 'startTriage', { chiefComplaint: words, idempotencyKey: `${id}-${key}` }, 'TriageSession', SESSION);
  await step('triage without consent is refused', async () => {
    const { errors } = await askAs(run.url, token, 'mutation Try($input: StartTriageInput!) { startTriage(input: $input) { __typename } }', { input: { chiefComplaint: 'a cough', idempotencyKey: `${id}-none` } });
    expect(errors[0]?.code === 'CONSENT_REQUIRED', 'CONSENT_REQUIRED', errors);
  });
  await step('consent to health data, triage and care is given', async () => {
    for (const consentType of ['HEALTH_DATA', 'TRIAGE', 'CARE'])
      await command(own, 'own', 'grantConsent', { consentType, idempotencyKey: `${id}-${consentType}` }, 'ConsentRecord', 'granted');
  });
  const calm = await step('a cough, calmly answered, is something to look after oneself', async () => {
    let session = await start('I have had a cough for two days', 'calm');
    while (session.openQuestion) {
      const { turnNumber, questionType, choices } = session.openQuestion;
      const answer = questionType === 'YES_NO' ? 'no' : questionType === 'SCALE' ? '1' : choices[0];
      session = await command(own, 'own', 'answerTriage', { session: session.locator, turnNumber, answer }, 'TriageSession', SESSION);
    }
    expect(session.status === 'COMPLETED' && ['SELF_CARE', 'CONSULTATION'].includes(session.level), 'a calm level', session);
    return session.locator as string;
  });
  await step('a red flag in the first words sends for an ambulance at once', async () => {
    const session = await start('I have crushing chest pain and cannot breathe', 'flag');
    expect(session.status === 'COMPLETED' && session.level === 'EMERGENCY_AMBULANCE' && session.recommendation.reasons.length > 0, 'EMERGENCY_AMBULANCE with its reasons', session);
  });
  return calm;
}

/** Three slots of a day of their own, far enough ahead that two tellings hardly meet; met all the same, another day is tried. */
async function publish(data: Ask, clinic: Ref): Promise<Slot[]> {
  for (let tries = 0; ; tries += 1) {
    const day = addDays(new Date().toISOString().slice(0, 10), randomInt(60, 360));
    const minute = randomInt(0, 55);
    const at = (hour: number, later = 0) => new Date(Date.parse(`${day}T${hour}:00:00Z`) + (minute + later) * 60_000).toISOString();
    try {
      const slots = [10, 11, 12].map((hour) => ({ startTime: at(hour), endTime: at(hour, 20) }));
      return (await command(data, 'provider', 'publishSlots', { provider: clinic.locator, timeZone: 'America/New_York', slots }, 'PublishedSlots', 'slots { locator startTime }')).slots;
    } catch (error) {
      if (!(error instanceof RefusedByHouse && error.code === 'SLOTS_OVERLAP') || tries === 20) throw error;
    }
  }
}

/** Episode, hold, book and move; answers the episode and the slot that nobody has taken yet. */
async function tellCare({ step, data, id }: Teller, own: Ask, patient: Patient, clinic: Ref, session: string): Promise<{ episode: string; third: Slot }> {
  const episode = await step('the advice opens an episode of care', async () => {
    const opened = await command(own, 'own', 'openEpisode', { partyLocator: patient.locator, partyId: patient.id, careType: 'PRIMARY_CARE', summary: 'A cough', triageSessionLocator: session, idempotencyKey: `${id}-episode` }, 'CareEpisode', 'locator triageSessionLocator');
    expect(opened.triageSessionLocator === session, 'the episode should name its session', opened);
    return opened.locator as string;
  });
  const [first, second, third] = (await step('the clinic publishes slots', () => publish(data, clinic))) as [Slot, Slot, Slot];
  const hold = (slot: Slot) => command(own, 'own', 'holdSlot', { slot: slot.locator }, 'ProviderSlot', 'status');
  await step('a slot is held, and nobody else gets it', async () => {
    await hold(first);
    const refused = await command(data, 'member2', 'holdSlot', { slot: first.locator }, 'ProviderSlot', 'status').then(() => undefined, (error: unknown) => error);
    expect(refused instanceof RefusedByHouse && refused.code === 'SLOT_TAKEN', 'SLOT_TAKEN', refused);
  });
  const booked = await step('the held slot is booked', () => command(own, 'own', 'bookAppointment', { slot: first.locator, episode, type: 'IN_PERSON' }, 'Appointment', 'locator status scheduledAt'));
  await step('the appointment is moved: the old slot is free again, the new one is not', async () => {
    await hold(second);
    const moved = await command(own, 'own', 'rescheduleAppointment', { locator: booked.locator, slot: second.locator }, 'Appointment', 'status scheduledAt');
    expect(Date.parse(moved.scheduledAt) === Date.parse(second.startTime), 'the time of the second slot', moved);
    const { freeSlots } = await data('member2', 'query Free($provider: ID!, $from: DateTime) { freeSlots(provider: $provider, from: $from, first: 3) { locator } }', { provider: clinic.locator, from: new Date(Date.parse(first.startTime) - 1_000).toISOString() });
    const free = freeSlots.map((slot: Slot) => slot.locator);
    expect(free.includes(first.locator) && !free.includes(second.locator), 'the first is free, the second is not', free);
  });
  return { episode, third };
}

async function tellTreatment({ step, data, ask }: Teller, own: Ask, clinic: Ref, episode: string, slot: Slot): Promise<void> {
  const referral = await step('the clinic prescribes and refers, and the person sees both', async () => {
    await command(data, 'provider', 'issuePrescription', { episode, medication: { name: 'Paracetamol', dose: '500 mg', quantity: 16 } }, 'Prescription', 'status');
    const { locator } = await command(data, 'provider', 'referPatient', { episode, referralType: 'IMAGING', clinic: clinic.locator }, 'DiagnosticsReferral', 'locator');
    const { episode: seen } = await own('own', 'query Mine($l: ID!) { episode(locator: $l) { prescriptions { status medication } referrals { status referralType clinic { locator } } } }', { l: episode });
    expect(seen.prescriptions[0]?.status === 'ISSUED' && seen.referrals[0]?.status === 'OPEN', 'a prescription and a referral', seen);
    return locator as string;
  });
  await step('the referral books a slot of the clinic it is to', async () => {
    await command(own, 'own', 'holdSlot', { slot: slot.locator }, 'ProviderSlot', 'status');
    await command(own, 'own', 'bookAppointment', { slot: slot.locator, episode, type: 'PHONE', referral }, 'Appointment', 'status');
    const { episode: seen } = await own('own', 'query Booked($l: ID!) { episode(locator: $l) { referrals { status appointment { status } } } }', { l: episode });
    expect(seen.referrals[0]?.status === 'BOOKED' && seen.referrals[0].appointment?.status === 'BOOKED', 'BOOKED, with its appointment', seen);
  });
  await step('another member does not know of any of it', async () => {
    const { data: seen } = await ask('member2', 'query Pry($l: ID!) { episode(locator: $l) { summary } }', { l: episode });
    expect(seen?.episode === null, 'null', seen);
  });
}

async function tellClaim({ step, data, until, id }: Teller, patient: Patient, clinic: Ref): Promise<ClaimAnswer> {
  const today = new Date().toISOString().slice(0, 10);
  const policy = await step('cover is bought', async () => {
    const account = await openAccount(data, 'admin', patient, 'US', `${id}-account`);
    const bought = await buyPolicy(data, 'underwriter', {
      account,
      productVersionId: await versionOf(data, 'underwriter', 'US_GOLD'),
      effectiveFrom: addMonths(today, -1),
      region: 'NY',
      insured: [{ party: patient, relationship: 'SELF' }],
      answers: [{ key: 'smoker', value: false }],
      key: `${id}-quote`,
    });
    await until(
      async () => (await data('adjuster', 'query Cover($filter: MemberCoverageFilter!) { memberCoverages(filter: $filter) { nodes { elementType } } }', { filter: { partyId: patient.id, policyId: bought.id } })).memberCoverages.nodes,
      (rows: unknown[]) => rows.length > 0,
    );
    return bought;
  });
  return step('the bill for a visit of 150.00 is claimed and decided: plan 90.00, member 30.00', async () => {
    const claim = await submitClaim(data, 'adjuster', { policy, claimant: patient, provider: clinic, currency: 'USD', lines: [{ term: 'office_visit', code: '99213', on: addDays(today, -2), amount: '150.00' }], key: `${id}-claim` });
    expect(claim.status === 'APPROVED' && claim.planPays?.amount === '90.00' && claim.memberOwes?.amount === '30.00', 'the shares of the benefit table', claim);
    return claim;
  });
}

async function tellExplanation({ step, run, until, ask }: Teller, { token }: Patient, claim: ClaimAnswer): Promise<void> {
  const file = (locator: string, bearer?: string) => fetch(`${run.url}/files/${locator}`, { headers: bearer ? { authorization: `Bearer ${bearer}` } : {}, signal: AbortSignal.timeout(30_000) });
  const locator = await step('the explanation of benefits is there for the person, without anybody asking', async () => {
    const rows = await until(
      async () => (await askAs(run.url, token, 'query Mine($l: ID!) { claim(locator: $l) { producedDocuments(first: 5) { nodes { locator documentType renditions { contentType } } } } }', { l: claim.locator })).data?.claim?.producedDocuments?.nodes ?? [],
      (found: { locator: string; documentType: string; renditions: { contentType: string }[] }[]) => found.some((one) => one.documentType === 'EXPLANATION_OF_BENEFITS' && one.renditions.some(({ contentType }) => contentType === 'application/pdf')),
    );
    return rows.find((one) => one.documentType === 'EXPLANATION_OF_BENEFITS')?.locator as string;
  });
  await step('its owner fetches it as a PDF', async () => {
    const response = await file(locator, token);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.status === 200 && response.headers.get('content-type') === 'application/pdf' && bytes.subarray(0, 5).toString() === '%PDF-', 'a PDF', { status: response.status, type: response.headers.get('content-type') });
    expect(response.headers.get('x-content-type-options') === 'nosniff' && response.headers.has('content-security-policy'), 'nosniff and a content security policy', [...response.headers]);
  });
  await step('others do not get it, with or without a token', async () => {
    const stranger = await signDemoToken(dataDir(), { subject: 'smoke-stranger', roles: ['member'], party: { id: '01890000-0000-7000-8000-000000000000', locator: 'pty_00000000000000000000000000' } });
    const [absent, theirs, none] = await Promise.all([file('doc_00000000000000000000000000', stranger), file(locator, stranger), file(locator)]);
    expect(theirs.status === 404 && absent.status === 404 && none.status === 401, '404, exactly as absent, and 401', [theirs.status, absent.status, none.status]);
    const { data } = await ask('member2', 'query Pry($l: ID!) { document(locator: $l) { filename } }', { l: locator });
    expect(data?.document === null, 'null', data);
  });
}

async function tellMail({ step, until }: Teller, { email }: Patient): Promise<void> {
  if (process.env.SMTP_URL) return;
  await step('the claim’s decision is received by the mail server', async () => {
    const platform = await connect(databaseUrl('olly_platform', 'service', runningEnvironment()), 'olly-smoke');
    try {
      await until(
        async () => (await platform.query<{ subject: string; text: string }>('SELECT subject, text FROM mails WHERE recipients LIKE $1 ORDER BY id', [`%${email}%`])).rows,
        (rows) => rows.some(({ subject, text }) => /claim/i.test(subject + text)),
      );
    } finally {
      await platform.end();
    }
  });
}

/** With a contract in force: what it needs stays, and the certificate says so; everything else is gone. */
async function tellForgetting({ step, data, until, id }: Teller, own: Ask, patient: Patient, session: string): Promise<void> {
  const request = await step('the person asks to be forgotten, and the privacy officer verifies and starts it', async () => {
    const { locator } = await command(own, 'own', 'requestDeletion', { deleteType: 'ERASE', reason: 'Told in the story', idempotencyKey: `${id}-forget` }, 'DeletionRequest', 'locator');
    await command(data, 'privacy', 'verifyDeletionRequest', { locator }, 'DeletionRequest', 'status');
    await command(data, 'privacy', 'startDeletionRequest', { locator }, 'DeletionRequest', 'status');
    return locator as string;
  });
  const certificate = await step('all 13 systems acknowledge, and the request is complete', async () => {
    const { deletionRequest } = await until(
      () => data('privacy', 'query Far($l: ID!) { deletionRequest(locator: $l) { status progress { system acknowledgedAt } certificate { system what outcome keptUntil reason } } }', { l: request }),
      (found) => found.deletionRequest?.status === 'COMPLETED',
    );
    expect(deletionRequest.progress.length === 13 && deletionRequest.progress.every((one: { acknowledgedAt: string | null }) => one.acknowledgedAt), '13 acknowledgements', deletionRequest.progress);
    return deletionRequest.certificate as { system: string; what: string; outcome: string; reason: string | null }[];
  });
  await step('what was said in triage is gone, and what the contract needs is kept for a reason', async () => {
    const { triageSession } = await own('own', 'query Gone($l: ID!) { triageSession(locator: $l) { status } }', { l: session });
    expect(triageSession === null, 'null', triageSession);
    const outcome = (system: string) => certificate.filter((line) => line.system === system).map((line) => line.outcome);
    expect(outcome('triage').includes('ERASED') && outcome('notifications').includes('ERASED') && outcome('policy_admin').includes('KEPT'), 'erased and kept lines', certificate);
    expect(certificate.every((line) => line.outcome !== 'KEPT' || line.reason), 'a reason for everything kept', certificate);
    const { party } = await data('admin', 'query Still($l: ID!) { party(locator: $l) { displayName } }', { l: patient.locator });
    expect(party.displayName.includes('Robin'), 'the name stays while the policy is in force', party);
  });
}
