/** Which transport a process uses: Kafka where brokers are named, the embedded log in a database of its own otherwise. */
import { databaseUrl, type Environment } from '../postgres/index.ts';
import { createEmbeddedTransport } from './embedded.ts';
import { createKafkaTransport } from './kafka.ts';
import type { EventLog, Transport } from './transport.ts';

/** The embedded log's database: `OLLY_LOG_DATABASE_URL`, or this name in the cluster of `DATABASE_URL`. */
const LOG_DATABASE = 'olly_log';

export interface TransportOptions {
  /** The process, as brokers and pg_stat_activity show it. */
  readonly name: string;
  /** From the settings; the embedded log when there are none. */
  readonly brokers?: readonly string[];
  readonly log?: EventLog;
  readonly env?: Environment;
}

/** The transport of the configuration: `createTransport({ name: 'workers', brokers: settings.KAFKA_BROKERS })`. */
export function createTransport({ name, brokers = [], log, env = process.env }: TransportOptions): Transport {
  if (brokers.length > 0) return createKafkaTransport({ brokers, clientId: name, log });
  return createEmbeddedTransport({ url: databaseUrl(LOG_DATABASE, 'service', env), name, log });
}
