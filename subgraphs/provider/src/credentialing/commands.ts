/**
 * Asking for credentialing and deciding it. Every command locks the provider's row first, so that two requests, or an approval and a suspension, happen one after
 * the other; request, step, standing, networks and events are saved together.
 */
import { hasRole, type Identity } from '@olly/kit/auth';
import { forbidden, notFound, Refused } from '@olly/kit/errors';
import { appendToOutbox, type NewEvent } from '@olly/kit/outbox';
import { type PoolClient, transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { IsoDate } from '@olly/kit/time';
import { isOwnProvider } from '../access.ts';
import type { Context } from '../context.ts';
import { providerEvent } from '../directory/events.ts';
import { changeStanding, credentialingDueOn, requiredText, textOf } from '../directory/provider.ts';
import { joinNetworks, leaveNetworks, lockProvider, openNetworks, openStanding, saveDueDate, saveStanding } from '../directory/store.ts';
import type { CredentialingRequestRow, ProviderRow } from '../mappers.ts';
import { type CredentialingCommand, credentialing, networksAfterApproval } from './credentialing.ts';
import { credentialingEvent } from './events.ts';
import { findRequest, hasOpenRequest, insertRequest, insertStep, updateRequest } from './store.ts';

const NOTES_MAX = 2_000;
const isStaff = (who: Identity): boolean => who.scopes.includes('service') || hasRole(who, 'admin');

export interface SubmitCredentialingInput {
  readonly idempotencyKey: string;
  readonly provider: string;
}

/** Hands in a request for the caller's own provider, or for any by staff. Throws `Refused`. */
export async function submitCredentialing(ctx: Context, { idempotencyKey, provider }: SubmitCredentialingInput): Promise<CredentialingRequestRow> {
  const found = await ctx.loaders.providerByLocator.load(provider);
  if (!found) throw notFound('The provider');
  if (!isStaff(ctx.identity) && !isOwnProvider(ctx.identity, found)) throw forbidden('A provider asks for its own credentialing.');
  return transaction(ctx.pool, async (tx) => {
    const call = { schema: ctx.schema, scope: `submitCredentialing:${ctx.identity.subject}`, key: idempotencyKey, body: { provider } };
    const id = await once(tx, call, async () => {
      const locked = await lockProvider(tx, found.id);
      if (locked.network_status === 'TERMINATED') throw new Refused('PROVIDER_TERMINATED', 'The relation with this provider has ended.', 'provider');
      if (await hasOpenRequest(tx, found.id)) throw new Refused('CREDENTIALING_OPEN', 'A request of this provider is open already.', 'provider');
      const request = await insertRequest(tx, ctx, locked);
      await insertStep(tx, ctx, { requestId: request.id, command: 'submit', from: null, to: 'SUBMITTED', actor: ctx.identity.subject });
      await appendToOutbox(tx, ctx, [credentialingEvent(request, locked)]);
      return request.id;
    });
    return findRequest(tx, id);
  });
}

interface Decision {
  readonly command: CredentialingCommand;
  readonly notes?: string | null;
  /** What else an approval does; answers the events it makes. */
  readonly alsoDo?: (tx: PoolClient, provider: ProviderRow) => Promise<NewEvent[]>;
}

async function decide(ctx: Context, locator: string, { command, notes = null, alsoDo }: Decision): Promise<CredentialingRequestRow> {
  const seen = await ctx.loaders.requestByLocator.load(locator);
  if (!seen) throw notFound('The credentialing request');
  return transaction(ctx.pool, async (tx) => {
    const provider = await lockProvider(tx, seen.provider_id);
    const { status: from } = await findRequest(tx, seen.id);
    const status = credentialing.next(from, command);
    const more = alsoDo ? await alsoDo(tx, provider) : [];
    const request = await updateRequest(tx, ctx, seen.id, { status, isDecided: status === 'APPROVED' || status === 'REJECTED', notes });
    await insertStep(tx, ctx, { requestId: seen.id, command, from, to: status, actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [credentialingEvent(request, provider), ...more]);
    return request;
  });
}

export const reviewCredentialing = (ctx: Context, { request }: { request: string }) => decide(ctx, request, { command: 'review' });
export const withdrawCredentialing = (ctx: Context, { request }: { request: string }) => decide(ctx, request, { command: 'withdraw' });

/** Rejects a request, with a reason that the provider will read. */
export function rejectCredentialing(ctx: Context, { request, notes }: { request: string; notes: string }): Promise<CredentialingRequestRow> {
  const reason = textOf(notes.replace(/\s+/g, ' '), 'notes', NOTES_MAX);
  if (reason === null) throw new Refused('REASON_MISSING', 'A rejection says why.', 'notes');
  return decide(ctx, request, { command: 'reject', notes: reason });
}

export interface ApproveCredentialingInput {
  readonly request: string;
  readonly networks?: readonly string[] | null;
  readonly from?: IsoDate | null;
  readonly notes?: string | null;
}

/** Approves a request: the provider is active from a day on, in its networks, and due again 36 months later. Throws `Refused`. */
export function approveCredentialing(ctx: Context, input: ApproveCredentialingInput): Promise<CredentialingRequestRow> {
  const from = input.from ?? ctx.clock.today();
  const named = input.networks?.map((network, index) => requiredText(network, `networks[${index}]`));
  const activate = async (tx: PoolClient, provider: ProviderRow): Promise<NewEvent[]> => {
    const { effective_from: since } = await openStanding(tx, provider.id);
    const change = changeStanding({ status: provider.network_status, since, credentialingDueOn: provider.credentialing_due_on }, 'approve', from);
    if (change.isNew) await saveStanding(tx, ctx, provider.id, change, { command: 'approve', reason: null, actor: ctx.identity.subject });
    const networks = networksAfterApproval(named, (await openNetworks(tx, provider.id)).map((row) => row.network));
    await leaveNetworks(tx, provider.id, networks, from);
    await joinNetworks(tx, ctx, provider.id, networks, from);
    const approved = await saveDueDate(tx, ctx, provider.id, credentialingDueOn(from));
    return change.isNew ? [providerEvent(approved, 'activated', from)] : [];
  };
  return decide(ctx, input.request, { command: 'approve', notes: textOf(input.notes?.replace(/\s+/g, ' '), 'notes', NOTES_MAX), alsoDo: activate });
}
