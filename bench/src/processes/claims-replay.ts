/**
 * `pg` alone: the recorded statements of claims, with values of their own, in the order in which they were sent, commits and all. Sixteen claims at a time, each with a
 * connection to each database that it touches.
 */
import { readFileSync } from 'node:fs';
import { newId } from '@olly/kit/locator';
import { connect, roleUrl } from '@olly/kit/postgres';
import type { Client } from 'pg';
import { configOf } from '../spawn.ts';
import { type Recording, replayOf } from './claims-recording.ts';
import { CLAIM_SERVICES, type ClaimsConfig, dayOf, IN_FLIGHT } from './claims-setting.ts';

export interface ReplayConfig extends ClaimsConfig {
  readonly file: string;
  readonly seconds: number;
  readonly first: number;
}

const { file, clusterUrl, seconds, today, first } = configOf<ReplayConfig>();
const replays = (JSON.parse(readFileSync(file, 'utf8')) as Recording[]).map(replayOf);
let next = first;
let done = 0;
let until = 0;

async function work(clients: ReadonlyMap<string, Client>): Promise<void> {
  while (performance.now() < until) {
    const n = next;
    next += 1;
    const replay = replays[n % replays.length];
    if (!replay) return;
    const fresh = replay.fresh(dayOf(n, today), newId());
    for (const { db, text, name, fill } of replay.statements) await clients.get(db)?.query({ name, text, values: fill(fresh) });
    done += 1;
  }
}

const workers = await Promise.all(
  Array.from({ length: IN_FLIGHT }, async () => new Map(await Promise.all(CLAIM_SERVICES.map(async (name) => [name, await connect(roleUrl(clusterUrl, name, 'service'), 'bench-replay')] as const)))),
);
const startedAt = performance.now();
const cpuBefore = process.cpuUsage();
until = startedAt + seconds * 1_000;
await Promise.all(workers.map(work));
const tookS = (performance.now() - startedAt) / 1_000;
const { user, system } = process.cpuUsage(cpuBefore);
await Promise.all(workers.flatMap((clients) => [...clients.values()].map((client) => client.end())));
process.send?.({ perSecond: done / tookS, done, cpuMicrosPerClaim: (user + system) / done }, () => process.exit(0));
