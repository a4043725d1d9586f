/** Claims in every state that a claim can have, on the family's and the London policy, each for a reason that its explanation tells. */
import { addDays } from '@olly/kit/time';
import { type Ask, CLAIM, type ClaimAnswer, command, type Ref, submitClaim } from '../flow.ts';
import type { SeedContext, SeedStep } from '../seeding.ts';
import { child, provider, someone } from './people.ts';
import { familyPolicy, firstDay, londonPolicy } from './policies.ts';

const key = (name: string): string => `demo-claim-${name}`;
const WAIT_MS_MAX = 60_000;

/** Waits until eligibility has heard of a policy: a claim before that would be held for it. */
export async function untilCovered(ask: Ask, policy: Ref, party: Ref): Promise<void> {
  for (const deadline = Date.now() + WAIT_MS_MAX; ; ) {
    const { memberCoverages } = await ask('admin', 'query Covered($filter: MemberCoverageFilter!) { memberCoverages(filter: $filter, first: 1) { nodes { id } } }', { filter: { policyId: policy.id, partyId: party.id } });
    if (memberCoverages.nodes.length > 0) return;
    if (Date.now() > deadline) throw new Error(`eligibility did not hear of ${policy.locator} within a minute`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function statusOf(ask: Ask, claim: ClaimAnswer): Promise<string> {
  return (await ask('adjuster', 'query Status($l: ID!) { claim(locator: $l) { status } }', { l: claim.locator })).claim.status;
}

/** Pays a claim unless it is paid. */
async function pay(ask: Ask, claim: ClaimAnswer): Promise<void> {
  if (['APPROVED', 'PARTIALLY_APPROVED'].includes(await statusOf(ask, claim))) await command(ask, 'finance', 'payClaim', { claim: claim.locator, paymentReference: `BACS-${claim.locator.slice(-8)}` }, 'Claim', CLAIM);
}

async function family(context: SeedContext): Promise<void> {
  const { as } = context;
  const policy = await familyPolicy(context);
  const today = await firstDay(context);
  const [ada, ben, cleo, dan] = [await someone(as, 'ada'), await someone(as, 'ben'), await child(as, 'cleo'), await child(as, 'dan')];
  const [oakwood, brigid] = [await provider(as, 'oakwood'), await provider(as, 'brigid')];
  await untilCovered(as, policy, dan);
  const claim = (name: string, claimant: Ref, at: Ref | undefined, lines: { term: string; code?: string; daysAgo: number; amount: string }[]) =>
    submitClaim(as, 'admin', { policy, claimant, provider: at, currency: 'USD', lines: lines.map(({ daysAgo, ...line }) => ({ ...line, on: addDays(today, -daysAgo) })), key: key(name) });

  // paid: a copay and a write-off
  await pay(as, await claim('visit', ada, oakwood, [{ term: 'office_visit', code: '99213', daysAgo: 40, amount: '150.00' }]));
  // paid without payment: all of it is the member's deductible
  await claim('laboratory', ben, oakwood, [{ term: 'laboratory', code: '80053', daysAgo: 35, amount: '60.00' }]);
  // approved, not yet paid: a hospital stay that uses up a person's deductible
  await claim('hospital', ben, brigid, [{ term: 'hospital', code: '99223', daysAgo: 30, amount: '3100.00' }]);
  // approved in part: one line is not covered by the plan
  await claim('two-lines', ada, oakwood, [{ term: 'physiotherapy', code: '97110', daysAgo: 21, amount: '85.00' }, { term: 'acupuncture', daysAgo: 21, amount: '70.00' }]);
  // denied: the waiting period of dental treatment
  await claim('waiting', cleo, oakwood, [{ term: 'dental_treatment', daysAgo: 15, amount: '220.00' }]);
  // in review by appeal: the authorisation for imaging was missing
  const imaging = await claim('imaging', dan, brigid, [{ term: 'imaging', code: '70551', daysAgo: 12, amount: '950.00' }]);
  if ((await statusOf(as, imaging)) === 'DENIED') await command(as, 'admin', 'appealClaim', { claim: imaging.locator, lines: [1], reason: 'The scan was ordered in an emergency.' }, 'Claim', CLAIM);
  // reversed after payment: it was billed to the wrong person
  const wrong = await claim('wrong-person', ada, oakwood, [{ term: 'office_visit', code: '99213', daysAgo: 10, amount: '120.00' }]);
  await pay(as, wrong);
  if ((await statusOf(as, wrong)) === 'PAID') await command(as, 'adjuster', 'reverseClaim', { claim: wrong.locator, reason: 'WRONG_CLAIMANT' }, 'Claim', CLAIM);
}

async function london(context: SeedContext): Promise<void> {
  const { as } = context;
  const policy = await londonPolicy(context);
  const today = await firstDay(context);
  const priya = await someone(as, 'priya');
  const kestrel = await provider(as, 'kestrel');
  await untilCovered(as, policy, priya);
  const claim = (name: string, lines: { term: string; code?: string; daysAgo: number; amount: string }[]) =>
    submitClaim(as, 'admin', { policy, claimant: priya, provider: kestrel, currency: 'GBP', lines: lines.map(({ daysAgo, ...line }) => ({ ...line, on: addDays(today, -daysAgo) })), key: key(name) });
  // approved: a share of a check-up
  await claim('checkup', [{ term: 'dental_checkup', code: 'D0150', daysAgo: 20, amount: '60.00' }]);
  // in review: a moratorium asks for a medical history that nobody has given yet
  await claim('moratorium', [{ term: 'consultation', code: 'C1000', daysAgo: 9, amount: '250.00' }]);
  // withdrawn while in review
  const mistaken = await claim('mistaken', [{ term: 'consultation', code: 'C1000', daysAgo: 8, amount: '180.00' }]);
  if ((await statusOf(as, mistaken)) === 'IN_REVIEW') await command(as, 'admin', 'withdrawClaim', { claim: mistaken.locator }, 'Claim', CLAIM);
}

export const claims: SeedStep = {
  name: 'claims in every state',
  async run(context) {
    await family(context);
    await london(context);
  },
};
