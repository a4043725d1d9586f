/** Making brokers and taking authority away. */
import { badInput, notFound, Refused } from '@olly/kit/errors';
import { isId, isLocator } from '@olly/kit/locator';
import { amountOf } from '@olly/kit/money';
import { transaction } from '@olly/kit/postgres';
import type { IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { BrokerRow } from '../mappers.ts';
import { insertAudit } from '../commission/store.ts';
import { brokerTerms } from './broker.ts';

export interface ConfigureBrokerInput {
  readonly brokerId: string;
  readonly partyLocator: string;
  readonly delegatedAuthorityLimit: { readonly amount: string; readonly currency: string };
  readonly commissionRate: string;
  readonly commissionMonths?: number | null;
  readonly flatCommission?: { readonly amount: string; readonly currency: string } | null;
}

/** Makes a broker, or changes one. What was earned before keeps its rate: each commission carries its own. An authority that was withdrawn stays so. */
export async function configureBroker(ctx: Context, input: ConfigureBrokerInput): Promise<BrokerRow> {
  if (!isId(input.brokerId)) throw badInput('brokerId: a UUID', 'brokerId');
  if (!isLocator(input.partyLocator, 'pty')) throw badInput('partyLocator: the locator of a party', 'partyLocator');
  const terms = brokerTerms(input);
  return transaction(ctx.pool, async (tx) => {
    const { rows } = await tx.query<BrokerRow>(
      `INSERT INTO broker_api.broker_configs AS known (id, locator, broker_id, party_locator, delegated_authority_limit, currency, commission_rate, commission_months, created_at, updated_at, flat_commission)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, $10)
       ON CONFLICT (broker_id) DO UPDATE SET delegated_authority_limit = EXCLUDED.delegated_authority_limit, commission_rate = EXCLUDED.commission_rate,
         commission_months = EXCLUDED.commission_months, flat_commission = EXCLUDED.flat_commission, version = known.version + 1, updated_at = EXCLUDED.updated_at
         WHERE known.currency = EXCLUDED.currency AND known.party_locator = EXCLUDED.party_locator
       RETURNING *`,
      [ctx.ids.id(), ctx.ids.locator('brk'), input.brokerId, input.partyLocator, amountOf(terms.limit), terms.limit.currency, terms.commissionRate, terms.commissionMonths, ctx.clock.now(), terms.flat && amountOf(terms.flat)],
    );
    const broker = rows[0];
    if (!broker) throw new Refused('CURRENCY_MISMATCH', 'A broker keeps the party and the currency they began with.', 'delegatedAuthorityLimit');
    await insertAudit(tx, ctx, { entity: 'BROKER', entityId: broker.id, command: 'configure', actor: ctx.identity.subject });
    return broker;
  });
}

export async function withdrawAuthority(ctx: Context, { broker: locator, from }: { broker: string; from?: IsoDate | null }): Promise<BrokerRow> {
  return transaction(ctx.pool, async (tx) => {
    const known = (await tx.query<BrokerRow>('SELECT * FROM broker_api.broker_configs WHERE locator = $1 FOR UPDATE', [locator])).rows[0];
    if (!known) throw notFound('The broker');
    if (known.authority_withdrawn_on) throw new Refused('AUTHORITY_WITHDRAWN', `The authority was withdrawn from ${known.authority_withdrawn_on} on.`);
    const { rows } = await tx.query<BrokerRow>('UPDATE broker_api.broker_configs SET authority_withdrawn_on = $2, version = version + 1, updated_at = $3 WHERE id = $1 RETURNING *', [
      known.id, from ?? ctx.clock.today(), ctx.clock.now(),
    ]);
    await insertAudit(tx, ctx, { entity: 'BROKER', entityId: known.id, command: 'withdraw authority', actor: ctx.identity.subject });
    return rows[0] as BrokerRow;
  });
}

/** Gives a withdrawn authority back, from today on. Throws `Refused`. */
export async function restoreAuthority(ctx: Context, { broker: locator }: { broker: string }): Promise<BrokerRow> {
  return transaction(ctx.pool, async (tx) => {
    const { rows } = await tx.query<BrokerRow>(
      'UPDATE broker_api.broker_configs SET authority_withdrawn_on = NULL, version = version + 1, updated_at = $2 WHERE locator = $1 AND authority_withdrawn_on IS NOT NULL RETURNING *',
      [locator, ctx.clock.now()],
    );
    const [broker] = rows;
    if (!broker && (await tx.query('SELECT 1 FROM broker_api.broker_configs WHERE locator = $1', [locator])).rowCount === 0) throw notFound('The broker');
    if (!broker) throw new Refused('AUTHORITY_IN_FORCE', 'The authority was not withdrawn.');
    await insertAudit(tx, ctx, { entity: 'BROKER', entityId: broker.id, command: 'restore authority', actor: ctx.identity.subject });
    return broker;
  });
}
