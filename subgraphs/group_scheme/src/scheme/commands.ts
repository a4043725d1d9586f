/** Making a scheme and moving it on. */
import { badInput, notFound, Refused } from '@olly/kit/errors';
import { isId, isLocator } from '@olly/kit/locator';
import { appendToOutbox } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import type { IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { SchemeRow } from '../mappers.ts';
import { schemeEvent } from '../member/events.ts';
import { scheme as states } from './scheme.ts';
import { findScheme, insertAudit, insertScheme, lockScheme, setSchemeStatus } from './store.ts';

export interface CreateSchemeInput {
  readonly code: string;
  readonly name: string;
  readonly employerPartyId: string;
  readonly employerLocator: string;
  readonly accountLocator: string;
  readonly productCode: string;
  readonly effectiveFrom: IsoDate;
  readonly idempotencyKey: string;
}

/** Throws `Refused`. */
export async function createScheme(ctx: Context, { idempotencyKey, ...input }: CreateSchemeInput): Promise<SchemeRow> {
  if (!/^[A-Z0-9_-]{2,40}$/.test(input.code)) throw new Refused('CODE_INVALID', 'code: 2 to 40 capital letters, digits, hyphens and underscores.', 'code');
  const name = input.name.trim();
  if (name === '' || name.length > 120) throw new Refused('NAME_INVALID', 'name: 1 to 120 characters.', 'name');
  if (!isId(input.employerPartyId) || !isLocator(input.employerLocator, 'pty')) throw badInput('employerLocator: the id and locator of a party', 'employerLocator');
  if (!isLocator(input.accountLocator, 'acc')) throw badInput('accountLocator: the locator of an account', 'accountLocator');
  return transaction(ctx.pool, async (tx) => {
    const call = { schema: ctx.schema, scope: `createScheme:${ctx.identity.subject}`, key: idempotencyKey, body: input };
    const id = await once(tx, call, async () => {
      const row = await insertScheme(tx, ctx, {
        code: input.code,
        name,
        employer_party_id: input.employerPartyId,
        employer_party_locator: input.employerLocator,
        account_locator: input.accountLocator,
        product_code: input.productCode,
        effective_from: input.effectiveFrom,
      });
      if (!row) throw new Refused('CODE_TAKEN', 'There is a scheme with this code already.', 'code');
      await insertAudit(tx, ctx, { entity: 'SCHEME', entityId: row.id, command: 'create', to: row.status, actor: ctx.identity.subject });
      return row.id;
    });
    return findScheme(tx, id);
  });
}

/** Activates or closes a scheme. */
export async function stepScheme(ctx: Context, locator: string, command: 'activate' | 'close'): Promise<SchemeRow> {
  return transaction(ctx.pool, async (tx) => {
    const row = await lockScheme(tx, locator, 'UPDATE');
    if (!row) throw notFound('The scheme');
    const to = states.next(row.status, command);
    await insertAudit(tx, ctx, { entity: 'SCHEME', entityId: row.id, command, from: row.status, to, actor: ctx.identity.subject });
    const changed = await setSchemeStatus(tx, row.id, to);
    await appendToOutbox(tx, ctx, [schemeEvent(command === 'activate' ? 'activated' : 'closed', changed)]);
    return changed;
  });
}
