/**
 * Knows how far each topic goes: one statement a poll for all topics and groups of the process, every 20 ms while records come, up to 250 ms when none do.
 * What the process itself has sent is known without asking. Subscriptions sleep here until there is something to read. (NOTIFY would save the polls of an idle
 * house and cost every send a lock that all databases of the cluster share.)
 */
import { readHeads } from './embedded-log.ts';
import type { LogSession } from './embedded-session.ts';

const POLL_MS_MIN = 20;
const POLL_MS_MAX = 250;

export class TopicHeads {
  readonly #session: LogSession;
  readonly #heads = new Map<string, bigint>();
  readonly #sleepers = new Set<() => void>();
  readonly #watched = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #pollMs = POLL_MS_MIN;
  #isPolling = false;
  #isClosed = false;

  constructor(session: LogSession) {
    this.#session = session;
  }

  watch(topics: readonly string[]): void {
    for (const topic of topics) this.#watched.set(topic, (this.#watched.get(topic) ?? 0) + 1);
    this.#pollMs = POLL_MS_MIN;
    this.#schedule(0);
  }

  unwatch(topics: readonly string[]): void {
    for (const topic of topics) {
      const left = (this.#watched.get(topic) ?? 1) - 1;
      if (left > 0) this.#watched.set(topic, left);
      else this.#watched.delete(topic);
    }
  }

  /** The offset after the last record known; 0 before the first poll. */
  of(topic: string): bigint {
    return this.#heads.get(topic) ?? 0n;
  }

  /** This process has sent: nobody needs to wait for a poll. */
  advance(topic: string, head: bigint): void {
    if (head <= this.of(topic)) return;
    this.#heads.set(topic, head);
    this.wake();
  }

  wake(): void {
    for (const wake of this.#sleepers) wake();
    this.#sleepers.clear();
  }

  /** Sleeps until something may have changed, at most `ms`. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#sleepers.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#sleepers.add(wake);
    });
  }

  #schedule(ms: number): void {
    if (this.#isClosed || this.#isPolling) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#poll(), ms);
  }

  async #poll(): Promise<void> {
    this.#isPolling = true;
    try {
      const before = new Map(this.#heads);
      const found = this.#watched.size > 0 ? await this.#session.run((client) => readHeads(client, [...this.#watched.keys()])) : undefined;
      for (const [topic, head] of found ?? []) this.advance(topic, head);
      const hasNews = [...this.#heads].some(([topic, head]) => before.get(topic) !== head);
      this.#pollMs = hasNews ? POLL_MS_MIN : Math.min(POLL_MS_MAX, this.#pollMs * 1.3);
    } catch {
      // The session is lost; the next poll waits for the new one.
    }
    this.#isPolling = false;
    if (this.#watched.size > 0) this.#schedule(this.#pollMs);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.wake();
  }
}
