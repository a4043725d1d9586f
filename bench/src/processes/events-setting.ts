/** What the processes of the event benches share: the tables, the event, and where everything is. */
import { newId } from '@olly/kit/locator';
import type { EventOrigin, NewEvent } from '@olly/kit/outbox';
import { systemClock } from '@olly/kit/time';
import { createEmbeddedTransport, createKafkaTransport, type EventLog, type Transport } from '@olly/kit/transport';

export interface EventsConfig {
  readonly bankUrl: string;
  readonly logUrl: string;
  /** Kafka's, where that is measured. */
  readonly brokers?: readonly string[];
  readonly events: number;
}

export const ACCOUNTS = 500;
export const TOPIC = 'bank.account';

export const TABLES = `
  CREATE TABLE outbox (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, event_id uuid NOT NULL UNIQUE, topic text NOT NULL, key text NOT NULL, type text NOT NULL, payload jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(), published_at timestamptz, tries integer NOT NULL DEFAULT 0, error text, failed_at timestamptz);
  CREATE INDEX outbox_unpublished ON outbox (id) WHERE published_at IS NULL;
  CREATE TABLE projection_checkpoints (consumer_group text, topic text, partition integer, "offset" bigint NOT NULL, updated_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (consumer_group, topic, partition));
  CREATE TABLE projection_inbox (consumer_group text, event_id uuid, applied_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (consumer_group, event_id));
  CREATE TABLE accounts (locator text PRIMARY KEY, changes integer NOT NULL);
  CREATE TABLE entries (event_id uuid PRIMARY KEY, account text NOT NULL, change integer NOT NULL, amount bigint NOT NULL, at timestamptz NOT NULL);
  CREATE TABLE projected (account text PRIMARY KEY, balance bigint NOT NULL, change integer NOT NULL, disordered integer NOT NULL DEFAULT 0);
`;

export const origin: EventOrigin = { service: 'bank', schema: 'public', clock: systemClock, ids: { id: newId, locator: () => newId() } };

/** An event of the size that events of the house have: ids, locators, amounts, a grant. */
export const changed = (account: string, change: number, amount: number): NewEvent => ({
  topic: TOPIC,
  key: account,
  type: 'olly.bank.account.changed.v1',
  data: { change, amount, account, accountId: newId(), policyId: newId(), policy: `pol_${account}`, currency: 'USD', access: [{ party: 'pty_1', partyId: newId(), target: account, targetId: newId(), role: 'HOLDER', from: '2026-01-01', to: null }] },
});

/** Trouble is heard; the bench fails by itself when events do not arrive. */
export const log: EventLog = { info() {}, warn: (fields, message) => console.error(message, fields), error: (fields, message) => console.error(message, fields) };

export function transportOf({ brokers, logUrl }: EventsConfig, name: string): Transport {
  return brokers ? createKafkaTransport({ brokers, clientId: name, log }) : createEmbeddedTransport({ url: logUrl, name, log });
}
