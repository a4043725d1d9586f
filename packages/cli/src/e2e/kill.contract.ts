/**
 * What is left after kill -9, seen from outside. Claims of one family and of others come in through the gateway, each sent again under its key until it is answered, as a
 * client does, while the workers, PostgreSQL and, where there is one, the broker are killed again and again. Afterwards every claim that was answered is there and decided, and all
 * books agree.
 */
import { addDays } from '@olly/kit/time';
import { scaled } from '@olly/kit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ref } from '../demo/flow.ts';
import { problems } from './books.ts';
import { type Insured, insure, providerCalled, today } from './people.ts';
import { type House, pause, startHouse, until } from './system.ts';

export interface KillableBroker {
  readonly brokers: readonly string[];
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const KILLS = scaled(10, 1);
const TEST_MS_MAX = 420_000 + KILLS * 60_000;
const SUBMIT = 'mutation Submit($input: SubmitClaimInput!) { submitClaim(input: $input) { __typename ... on Claim { locator } ... on ClaimRefusal { code message } } }';
const SERVICES = [['office_visit', '99213', '150.00'], ['laboratory', '80053', '60.00'], ['hospital', '99223', '900.00']] as const;
/** Claims that may be sent around each kill: enough that some are always under way, few enough that what follows each (a charge, messages, a PDF) is not waited for long. */
const CLAIMS_A_KILL = 30;
const PAUSE_MS = 50;
/** One claim a day and service: more would be duplicates of one another. */
const DAYS = 85;

/** Claims of some people, one after another for each, until it is told to stop. */
class Stream {
  readonly accepted: string[] = [];
  readonly refused: string[] = [];
  #sent = 0;
  #allowed = 0;
  #isOver = false;
  readonly #writers: Promise<void>[];

  constructor(private readonly house: House, people: readonly Insured[], provider: Ref) {
    // the first has a family's share of the traffic
    this.#writers = [people[0] as Insured, ...people].map((one, index) => this.#write(one, provider, index));
  }

  async #write({ name, policy, party }: Insured, provider: Ref, writer: number): Promise<void> {
    for (let at = writer; at < DAYS * SERVICES.length && !this.#isOver; at += 2) {
      const [coverageTermKey, procedureCode, amount] = SERVICES[at % SERVICES.length] as (typeof SERVICES)[number];
      const line = { coverageTermKey, procedureCode, serviceDate: addDays(today(), -1 - Math.floor(at / SERVICES.length)), amount: { amount, currency: 'USD' } };
      while (this.#sent >= this.#allowed && !this.#isOver) await pause(PAUSE_MS);
      if (this.#isOver) return;
      this.#sent += 1;
      await this.#send({ idempotencyKey: `${name}-${at}`, policyId: policy.id, claimantPartyId: party.id, provider: provider.locator, currency: 'USD', lines: [line] });
      await pause(PAUSE_MS);
    }
  }

  async #send(input: object): Promise<void> {
    for (;;) {
      const answer = await this.house.ask('adjuster', SUBMIT, { input }).catch(() => undefined);
      const done = answer?.data?.submitClaim;
      if (done?.locator) return void this.accepted.push(done.locator);
      if (done?.code) return void this.refused.push(`${done.code}: ${done.message}`);
      await pause(100);
    }
  }

  /** Lets more claims be sent. */
  allow(count: number): void {
    this.#allowed = Math.max(this.#allowed, this.#sent) + count;
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#writers);
  }
}

/** Kills a process of the house and waits until the supervisor has started it again. */
async function kill(house: House, name: 'workers' | 'postgres'): Promise<void> {
  const pid = await until(`${name} runs`, () => house.run().processes[name]);
  process.kill(pid as number, 'SIGKILL');
  await until(`${name} is back`, () => house.run().processes[name] !== undefined && house.run().processes[name] !== pid, Boolean, 120_000);
  await pause(200 + Math.random() * 800);
}

/** Runs what services do by the calendar, the jobs that repair among it; workers that are only just starting again are waited for. */
const repair = async (house: House): Promise<void> => {
  const ask = async (): Promise<boolean> => {
    const { control, serviceSecret } = house.run();
    return (await fetch(`${control.workers}/due`, { method: 'POST', headers: { authorization: `Bearer ${serviceSecret}` } })).ok;
  };
  await until('the jobs that are due have run', () => ask().catch(() => false), Boolean, 120_000);
};

export function killContract(kind: string, startBroker?: () => Promise<KillableBroker>): void {
  describe(`kill -9 while claims come in (${kind})`, () => {
    let house: House;
    let broker: KillableBroker | undefined;
    let people: Insured[];
    let clinic: Ref;
    beforeAll(async () => {
      broker = await startBroker?.();
      house = await startHouse(broker ? { env: { KAFKA_BROKERS: broker.brokers.join(',') } } : {});
      clinic = await providerCalled(house, 'Oakwood Clinic');
      people = await Promise.all(['kill-family', 'kill-one', 'kill-two', 'kill-three'].map((name) => insure(house, name)));
    }, TEST_MS_MAX);
    afterAll(async () => {
      await house?.stop();
      await broker?.stop();
    }, TEST_MS_MAX);

    it('loses and doubles nothing', async () => {
      const stream = new Stream(house, people, clinic);
      for (let count = 0; count < KILLS; count += 1) {
        const before = stream.accepted.length;
        stream.allow(CLAIMS_A_KILL);
        await until('claims are accepted', () => stream.accepted.length > before + 4);
        await kill(house, 'workers');
        stream.allow(CLAIMS_A_KILL);
        if (broker) {
          await broker.kill();
          await pause(500);
          await broker.restart();
        }
        await kill(house, 'postgres');
      }
      const before = stream.accepted.length;
      stream.allow(CLAIMS_A_KILL);
      await until('claims are accepted after the last kill', () => stream.accepted.length > before + 4);
      await stream.end();
      expect(stream.refused).toEqual([]);
      await until('everything runs', async () => (await fetch(`${house.url}/readyz`)).status === 200, Boolean, 120_000);
      await repair(house);
      const patients = people.map(({ party }) => party.id);
      const found = () => problems(house, stream.accepted, patients).catch((error: Error) => [error.message]);
      await until('the books agree', found, (left) => left.length === 0, 300_000);
      // what comes late must not come twice; documents are still being made and told of, so the outboxes are waited for again, while what is doubled would stay so
      await repair(house);
      await pause(2_000);
      await until('the books still agree', found, (left) => left.length === 0, 300_000);
    }, TEST_MS_MAX);
  });
}
