/**
 * Granting and withdrawing. Record, audit row and event are one transaction; the same answer given again leaves an audit row and nothing else. To agree for somebody
 * takes the person or their guardian: an officer writes down a withdrawal, never a yes.
 */
import { forbidden } from '@olly/kit/errors';
import { appendToOutbox } from '@olly/kit/outbox';
import { transaction } from '@olly/kit/postgres';
import { once } from '@olly/kit/server';
import { actingFor, partyOf } from '../access.ts';
import type { Context } from '../context.ts';
import type { ConsentRecordRow } from '../mappers.ts';
import { type ConsentType, decideConsent } from './consent.ts';
import { consentEvent } from './events.ts';
import { findRecord, findRecordById, insertAudit, lockParty, saveRecord } from './store.ts';

export interface ChangeConsentInput {
  readonly partyLocator?: string | null;
  readonly consentType: ConsentType;
  readonly idempotencyKey: string;
}

/** Says yes (`granted`) or no for a party. Throws `Refused`; a party for whom the caller may not speak is NOT_FOUND. */
export async function changeConsent(ctx: Context, granted: boolean, input: ChangeConsentInput): Promise<ConsentRecordRow> {
  const party = partyOf(ctx, input.partyLocator);
  const type = input.consentType;
  const actedAs = await actingFor(ctx, 'consent_records', party);
  if (granted && actedAs === 'OFFICER') throw forbidden('Consent is given by the person or their guardian.');
  const { schema, identity } = ctx;
  return transaction(ctx.pool, async (tx) => {
    const call = { schema, scope: `changeConsent:${identity.subject}`, key: input.idempotencyKey, body: { party, type, granted } };
    const id = await once(tx, call, async () => {
      await lockParty(tx, party);
      const before = await findRecord(tx, party, type);
      const decision = decideConsent(before, granted);
      const record = before && !decision.isChange ? before : await saveRecord(tx, ctx, party, type, granted);
      await insertAudit(tx, ctx, { ...decision, party, type, actedAs, changedBy: identity.subject });
      if (decision.isChange) await appendToOutbox(tx, ctx, [consentEvent(record)]);
      return record.id;
    });
    return findRecordById(tx, id);
  });
}
