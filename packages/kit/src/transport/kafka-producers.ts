/**
 * Producers with one send in flight each, and a new one after any failed send: kafkajs may still hold the lost request, and a second one on the same
 * connection could overtake it. Neither idempotence nor transactions: with them a send repeated after a lost acknowledgement reuses a sequence number, one
 * record is lost and one doubled. Doubles are dropped by the inbox of each projection.
 */
import { type Kafka, type Message, Partitioners, type Producer } from 'kafkajs';
import { asTransportError } from './kafka-errors.ts';

/** Relays of several services may share a process; more producers than this only cost connections. */
const PRODUCERS_MAX = 4;

export class Producers {
  readonly #kafka: Kafka;
  readonly #idle: Producer[] = [];
  readonly #waiting: (() => void)[] = [];
  #count = 0;

  constructor(kafka: Kafka) {
    this.#kafka = kafka;
  }

  async send(topic: string, messages: Message[]): Promise<void> {
    const producer = await this.#take();
    try {
      await producer.connect();
      await producer.send({ topic, messages, acks: -1, timeout: 15_000 });
    } catch (error) {
      this.#discard(producer);
      throw asTransportError(error);
    }
    this.#idle.push(producer);
    this.#waiting.shift()?.();
  }

  async #take(): Promise<Producer> {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle) return idle;
      if (this.#count < PRODUCERS_MAX) break;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#count += 1;
    return this.#kafka.producer({
      allowAutoTopicCreation: false,
      idempotent: false,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
      // The caller repeats, with a new producer; one try inside lets kafkajs learn of a moved leader.
      retry: { retries: 1, initialRetryTime: 100 },
    });
  }

  #discard(producer: Producer): void {
    this.#count -= 1;
    producer.disconnect().catch(() => {});
    this.#waiting.shift()?.();
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((producer) => producer.disconnect().catch(() => {})));
  }
}
