/**
 * The job that produces a document: gather (other services, before the transaction) → render (pure) → save document, renditions and event in one transaction. Run again, by a retry or
 * a second event delivery, it finds the document of the event and leaves it.
 */
import { erasedAs } from '@olly/kit/erasure';
import type { EventOrigin } from '@olly/kit/outbox';
import { appendToOutbox } from '@olly/kit/outbox';
import { type Pool, transaction } from '@olly/kit/postgres';
import { documentProducedEvent } from '../document/events.ts';
import { insertDocument, insertRendition, PDF } from '../document/store.ts';
import { pdfOf } from '../template/pdf.ts';
import { pageOf, renderBody } from '../template/render.ts';
import { templateFor } from '../template/store.ts';
import type { Ports } from '../ports/ports.ts';
import { order } from './events.ts';
import { gather } from './gather.ts';

export interface Producer extends EventOrigin {
  readonly pool: Pool;
  readonly ports: Ports;
}

/** Produces what an order asks for. Throws when somebody who is asked does not answer; the job is then tried again. */
export async function produce(producer: Producer, payload: unknown): Promise<void> {
  const wanted = order.parse(payload);
  const { model, ...about } = await gather(producer.ports, wanted);
  const template = await templateFor(producer.pool, about.market, wanted.kind);
  const body = renderBody(template.html, model);
  const html = Buffer.from(pageOf(body, model), 'utf8');
  const pdf = await pdfOf(body, model);
  await transaction(producer.pool, async (tx) => {
    const erased = await erasedAs(tx, producer.schema, about.party);
    if (erased && erased !== 'RESTRICT') return;
    const document = await insertDocument(tx, producer, { ...about, type: wanted.kind, templateVersion: template.version, sourceEventId: wanted.eventId, html });
    if (!document) return;
    await insertRendition(tx, producer, document.id, PDF, pdf);
    await appendToOutbox(tx, producer, [documentProducedEvent(document)]);
  });
}
