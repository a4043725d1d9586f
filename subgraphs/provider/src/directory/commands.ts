/**
 * Registering providers, and suspending, reinstating and terminating them. Each gathers, decides (provider.ts) and saves standing, history and event in one
 * transaction under the provider's row lock. Activation is not here: only an approved credentialing does that.
 */
import { hasRole, replaceAccess } from '@olly/kit/auth';
import { badInput, forbidden, notFound, Refused } from '@olly/kit/errors';
import { isId, isLocator } from '@olly/kit/locator';
import { appendToOutbox } from '@olly/kit/outbox';
import { transaction, violation } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { ProviderRow } from '../mappers.ts';
import { accessOf, type ProviderFact, providerEvent } from './events.ts';
import { changeStanding, type NewProvider, type ProviderCommand, providerData, requiredText } from './provider.ts';
import { addStanding, findProvider, insertProvider, leaveNetworks, lockProvider, openStanding, saveStanding } from './store.ts';

export interface RegisterProviderInput extends NewProvider {
  readonly idempotencyKey: string;
  readonly partyId: string;
  readonly partyLocator: string;
}

/** Two registrations at once: the database tells the second one apart, and it hears which of its two names is taken. */
function translated(error: unknown): unknown {
  const broken = violation(error);
  if (broken?.constraint === 'providers_npi_key') return new Refused('NPI_TAKEN', 'Another provider is registered with this National Provider Identifier.', 'npi');
  if (broken?.constraint === 'providers_party_id_key') return new Refused('PARTY_HAS_PROVIDER', 'This party is in the directory already.', 'partyId');
  return error;
}

/** Puts a provider into the directory as PENDING. Throws `Refused`. */
export async function registerProvider(ctx: Context, { idempotencyKey, ...input }: RegisterProviderInput): Promise<ProviderRow> {
  const party = { id: input.partyId.toLowerCase(), locator: input.partyLocator };
  if (!isId(party.id)) throw badInput('partyId: a UUID', 'partyId');
  if (!isLocator(party.locator, 'pty')) throw badInput("partyLocator: a party's locator", 'partyLocator');
  const isOwn = ctx.identity.party?.id === party.id && ctx.identity.party.locator === party.locator;
  if (!isOwn && !hasRole(ctx.identity, 'admin') && !ctx.identity.scopes.includes('service')) throw forbidden('A provider registers its own party.');
  const data = providerData(input);
  // a token proves its own party; of anybody else's, policy administration is asked
  if (!isOwn && !(await ctx.policyAdmin.partyExists(party))) throw new Refused('PARTY_UNKNOWN', 'There is no such party.', 'partyLocator');
  const call = { schema: ctx.schema, scope: `registerProvider:${ctx.identity.subject}`, key: idempotencyKey, body: input };
  try {
    return await transaction(ctx.pool, async (tx) => {
      const id = await once(tx, call, async () => {
        const created = await insertProvider(tx, ctx, party, data);
        const from = ctx.clock.today();
        await addStanding(tx, ctx, created.id, { command: 'register', status: 'PENDING', from, reason: null, actor: ctx.identity.subject });
        await replaceAccess(tx, ctx.schema, created.locator, accessOf(created), created.id);
        await appendToOutbox(tx, ctx, [providerEvent(created, 'registered', from)]);
        return created.id;
      });
      return findProvider(tx, id);
    });
  } catch (error) {
    throw translated(error);
  }
}

export interface ChangeProviderStatusInput {
  readonly provider: string;
  readonly from?: IsoDate | null;
  readonly reason: string;
}

const FACTS: Readonly<Record<Exclude<ProviderCommand, 'approve'>, ProviderFact>> = { suspend: 'suspended', reinstate: 'activated', terminate: 'terminated' };

/** Suspends, reinstates or terminates a provider from a day on. Who is terminated leaves every network. Throws `Refused`. */
export async function changeProviderStatus(ctx: Context, command: Exclude<ProviderCommand, 'approve'>, input: ChangeProviderStatusInput): Promise<ProviderRow> {
  const found = await ctx.loaders.providerByLocator.load(input.provider);
  if (!found) throw notFound('The provider');
  const from = input.from ?? ctx.clock.today();
  const reason = requiredText(input.reason, 'reason', 'REASON_MISSING');
  return transaction(ctx.pool, async (tx) => {
    const { network_status: status, credentialing_due_on: credentialingDueOn } = await lockProvider(tx, found.id);
    const { effective_from: since } = await openStanding(tx, found.id);
    const change = changeStanding({ status, since, credentialingDueOn }, command, from);
    const changed = await saveStanding(tx, ctx, found.id, change, { command, reason, actor: ctx.identity.subject });
    if (command === 'terminate') await leaveNetworks(tx, found.id, [], from);
    await appendToOutbox(tx, ctx, [providerEvent(changed, FACTS[command], from)]);
    return changed;
  });
}
