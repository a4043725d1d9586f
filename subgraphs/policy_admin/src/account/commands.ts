/** Opening an account: gathers holder and market, decides (account.ts), saves row, grants, audit and event in one transaction. */
import { type AccessEntry, replaceAccess } from '@olly/kit/auth';
import { notFound, Refused } from '@olly/kit/errors';
import { appendToOutbox } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { Context } from '../context.ts';
import type { AccountRow, PartyRow } from '../mappers.ts';
import { insertAudit, insertRole } from '../party/store.ts';
import { checkAccount } from './account.ts';
import { accountOpenedEvent } from './events.ts';
import { findAccount, insertAccount } from './store.ts';

export interface OpenAccountInput {
  readonly holderLocator: string;
  readonly name: string;
  readonly billingLevel: AccountRow['billing_level'];
  readonly currency: string;
  readonly marketCode: string;
  readonly idempotencyKey: string;
}

/** The holder, and the broker who opened it, see the account. */
function grantsOf(ctx: Context, account: AccountRow, holder: PartyRow): AccessEntry[] {
  const from = ctx.clock.today();
  const target = { target: account.locator, targetId: account.id, from, to: null };
  const broker = account.broker && ctx.identity.party ? [{ party: account.broker, partyId: ctx.identity.party.id, role: 'BROKER', ...target }] : [];
  return [{ party: holder.locator, partyId: holder.id, role: 'HOLDER', ...target }, ...broker];
}

/** Opens an account. Throws `Refused`; a holder that the caller may not see in full is NOT_FOUND. */
export async function openAccount(ctx: Context, { idempotencyKey, ...input }: OpenAccountInput): Promise<AccountRow> {
  const [holder, market] = await Promise.all([ctx.loaders.partyByLocator.load(input.holderLocator), ctx.loaders.market.load(input.marketCode)]);
  if (!holder || !(await ctx.ability()).seesFully('parties', holder)) throw notFound('The holder');
  const name = input.name.trim();
  if (name === '' || name.length > 100) throw new Refused('NAME_INVALID', 'name: 1 to 100 characters.', 'name');
  checkAccount(input, market, holder, ctx.clock.today());
  return transaction(ctx.pool, async (tx) => {
    const call = { schema: ctx.schema, scope: `openAccount:${ctx.identity.subject}`, key: idempotencyKey, body: input };
    const id = await once(tx, call, async () => {
      const account = await insertAccount(tx, ctx, {
        name,
        billing_level: input.billingLevel,
        currency: input.currency,
        holder_party_id: holder.id,
        market_code: input.marketCode,
        broker: ctx.identity.actsFor.broker ?? null,
      });
      const access = grantsOf(ctx, account, holder);
      await insertRole(tx, ctx, { party_id: holder.id, role_type: 'ACCOUNT_HOLDER', locator: account.locator, valid_from: ctx.clock.today() });
      await replaceAccess(tx, ctx.schema, account.locator, access, account.id);
      await insertAudit(tx, ctx, { entity: 'ACCOUNT', entityId: account.id, command: 'open', actor: ctx.identity.subject });
      await appendToOutbox(tx, ctx, [accountOpenedEvent(account, holder, access)]);
      return account.id;
    });
    return findAccount(tx, id);
  });
}
