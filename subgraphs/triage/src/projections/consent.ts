/** Consent withdrawn stops the person's sessions that are under way. */
import { derivedId } from '@olly/kit/locator';
import { appendToOutbox, type EventOrigin } from '@olly/kit/outbox';
import type { Projection } from '@olly/kit/projection';
import { z } from 'zod';
import { sessionEvent } from '../session/events.ts';
import { insertAudit, lockUnderWay, setStatus } from '../session/store.ts';

const withdrawn = z.looseObject({ party: z.string(), consentType: z.string() });

export const consentProjection = (origin: EventOrigin): Projection => ({
  group: 'triage.consent',
  topics: ['consent.consent'],
  async apply(tx, event) {
    if (event.type !== 'olly.consent.consent.withdrawn.v1') return;
    const { party, consentType } = withdrawn.parse(event.data);
    if (consentType !== 'TRIAGE') return;
    for (const session of await lockUnderWay(tx, party)) {
      await insertAudit(tx, origin, { entityId: session.id, command: 'stop', from: session.status, to: 'STOPPED', actor: 'consent' });
      const row = await setStatus(tx, session.id, 'STOPPED');
      await appendToOutbox(tx, origin, [{ ...sessionEvent('stopped', row), id: derivedId(event.id, session.id) }]);
    }
  },
});
