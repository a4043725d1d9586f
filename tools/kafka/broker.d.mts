/** A broker of our own; see broker.mjs. */
export interface Broker {
  readonly brokers: string[];
  /** kill -9. */
  kill(): Promise<void>;
  /** The same node again, on its data and its port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Why no broker can be started on this machine; undefined when one can. */
export function whyNoBroker(): string | undefined;
export function startBroker(): Promise<Broker>;
