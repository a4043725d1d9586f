/**
 * A process that can be killed at any step. Every statement and every question to another service counts twice, before and after it has taken effect; at the chosen
 * count the process is dead: that step and all later ones fail, connections are cut, nothing is rolled back or cleaned up by anybody but the database.
 */
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { FakeServices } from '@olly/kit/testing';

export class Killed extends Error {}

export class Mortal {
  private steps = 0;
  private isDead = false;
  constructor(private readonly diesAt: number) {}

  private step(): void {
    this.steps += 1;
    if (this.isDead || this.steps === this.diesAt) {
      this.isDead = true;
      throw new Killed(`killed at step ${this.steps}`);
    }
  }

  private async around<T>(run: () => Promise<T>): Promise<T> {
    this.step();
    const result = await run();
    this.step();
    return result;
  }

  pool(real: Pool): Pool {
    const mortal = {
      query: (...args: unknown[]) => this.around(() => (real.query as (...all: unknown[]) => Promise<unknown>).apply(real, args)),
      connect: async () => this.client(await real.connect()),
    };
    return mortal as unknown as Pool;
  }

  private client(real: PoolClient): PoolClient {
    const mortal = {
      query: (...args: unknown[]) => this.around(() => (real.query as (...all: unknown[]) => Promise<unknown>).apply(real, args)),
      release: () => real.release(this.isDead),
    };
    return mortal as unknown as PoolClient;
  }

  services(real: FakeServices): FakeServices {
    return Object.fromEntries(
      Object.entries(real).map(([name, answer]) => [
        name,
        (document: string, variables: Record<string, unknown>) => this.around(async () => answer(document, variables)),
      ]),
    );
  }
}
