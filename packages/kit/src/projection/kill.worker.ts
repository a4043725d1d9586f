/**
 * A process for the kill tests: runs the bank's relay, its projection, or both, until it is killed. Says `started` to its parent, over IPC, when it is at work.
 */
import { startRelay } from '../outbox/index.ts';
import { createPool } from '../postgres/index.ts';
import { createEmbeddedTransport, createKafkaTransport } from '../transport/index.ts';
import { bankProjection } from './bank.fixture.ts';
import { startProjection } from './index.ts';

export interface WorkerConfig {
  readonly roles: readonly ('relay' | 'projection')[];
  readonly bankUrl: string;
  readonly logUrl?: string;
  readonly brokers?: readonly string[];
  readonly group: string;
}

const config = JSON.parse(process.env.OLLY_KILL_WORKER ?? '{}') as WorkerConfig;
const say = (fields: object, message?: string) => {
  if (process.env.OLLY_KILL_LOG) console.error(message, fields);
};
const log = { info: say, warn: say, error: say };
const pool = createPool({ url: config.bankUrl, name: 'kill-worker', max: 2 });
const transport = config.brokers ? createKafkaTransport({ brokers: config.brokers, clientId: 'kill-worker', log }) : createEmbeddedTransport({ url: config.logUrl ?? '', name: 'kill-worker', log });

// The test goes, the worker goes.
process.on('disconnect', () => process.exit(0));
if (config.roles.includes('relay')) startRelay({ pool, url: config.bankUrl, schema: 'public', service: 'bank', transport, log, batchMax: 50 });
if (config.roles.includes('projection')) startProjection({ pool, schema: 'public', projection: bankProjection(config.group), transport, log, batchMax: 50 });
process.send?.('started');
