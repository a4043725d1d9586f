/** The way of an event over the embedded log. */
import { scratchDatabase } from '../testing/index.ts';
import { createEmbeddedTransport } from '../transport/index.ts';
import { eventsContract } from './events.contract.ts';

eventsContract('embedded', async () => {
  const db = await scratchDatabase();
  return { create: (name) => createEmbeddedTransport({ url: db.url, name }), teardown: () => db.close() };
});
