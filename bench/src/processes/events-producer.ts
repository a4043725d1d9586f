/** The bare producer: sends ready-made events in the relay's batches, one after the other, each acknowledged as durable. */
import { cloudEvent } from '@olly/kit/outbox';
import { configOf } from '../spawn.ts';
import { ACCOUNTS, changed, type EventsConfig, origin, transportOf } from './events-setting.ts';

const BATCH = 500;

const config = configOf<EventsConfig>();
const transport = transportOf(config, 'bench-producer');
const records = Array.from({ length: config.events }, (_, i) => {
  const event = changed(`acc_${i % ACCOUNTS}`, Math.floor(i / ACCOUNTS) + 1, 5);
  return { key: event.key, value: JSON.stringify(cloudEvent(origin, event)) };
});
await transport.send('bare', records.slice(0, 1));
const startedAt = performance.now();
for (let at = 0; at < records.length; at += BATCH) await transport.send('bare', records.slice(at, at + BATCH));
const seconds = (performance.now() - startedAt) / 1_000;
await transport.close();
process.send?.({ seconds });
