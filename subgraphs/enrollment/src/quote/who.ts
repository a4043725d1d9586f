/**
 * Whom a caller may quote for. The account must be theirs, or that of a client; the people must be themselves, the account's holder, their family, or clients. Anything else is
 * NOT_FOUND: with a locator alone nobody is drawn into somebody else's policy. Grants come by event, so what is not yet known is asked for again for up to two seconds.
 */
import { type Grants, hasRole, type Identity, readGrants } from '@olly/kit/auth';
import { forbidden, notFound } from '@olly/kit/errors';
import type { Context } from '../context.ts';
import type { QuotingFacts } from '../ports/policyAdmin.ts';

const WAIT_MS_MAX = 2_000;
const POLL_MS = 100;

/** Underwriters and administrators act for everybody; services have decided for themselves. */
export const isOfficer = (who: Identity): boolean => who.scopes.includes('service') || hasRole(who, 'underwriter', 'admin');

const ownsAccount = (who: Identity, { account, holder }: QuotingFacts): boolean =>
  holder.partyId === who.party?.id || (account.broker !== null && account.broker === who.actsFor.broker);

function mayQuote(who: Identity, facts: QuotingFacts, grants: Grants): 'yes' | 'The account' | 'The person' {
  if (!ownsAccount(who, facts) && !grants.targets('HOLDER', 'BROKER', 'SCHEME').includes(facts.account.locator)) return 'The account';
  const known = new Set([who.party?.locator, facts.holder.partyLocator, ...grants.targets('GUARDIAN', 'FAMILY', 'BROKER', 'SCHEME')]);
  return facts.parties.every(({ locator }) => known.has(locator)) ? 'yes' : 'The person';
}

/** Throws NOT_FOUND when the caller may not insure these people on this account. */
export async function checkWho(ctx: Context, facts: QuotingFacts): Promise<void> {
  if (isOfficer(ctx.identity)) return;
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const answer = mayQuote(ctx.identity, facts, await readGrants(ctx.pool, ctx.schema, ctx.identity, ctx.clock.today()));
    if (answer === 'yes') return;
    if (waitedMs >= WAIT_MS_MAX) throw notFound(answer);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Through whom the quote comes: a broker's or employer's own, or whom a service names. */
export function placedBy({ identity }: Context, given: { broker?: string | null; scheme?: string | null }): { broker: string | null; scheme: string | null } {
  const isService = identity.scopes.includes('service');
  if (!isService && (given.broker || given.scheme)) throw forbidden('A broker or scheme is named by services only.');
  const named = (kind: 'broker' | 'scheme') => (isService ? given[kind] : identity.actsFor[kind]) ?? null;
  return { broker: named('broker'), scheme: named('scheme') };
}
