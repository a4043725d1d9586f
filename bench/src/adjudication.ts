/**
 * `adjudication_vs_sql`: claims adjudicated a second by the claims subgraph with the services behind it that it asks, on PostgreSQL that syncs every commit,
 * beside `pg` sending the statements that those services really send for a claim, with the same commits. In short turns, so that a noisy moment hits both; as for the
 * gateways, the half of them counts in which both sides had most of their core. Printed too: the same through the gateway.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { demoJwks, signDemoToken } from '@olly/kit/auth';
import { startEmbedded } from '@olly/kit/postgres';
import { systemClock } from '@olly/kit/time';
import { makeClaimsWorld } from './claims-world.ts';
import { CORE_BESIDE, CORE_UNDER_TEST } from './compare.ts';
import { type Figure, median, round } from './figure.ts';
import { SECRET } from './gateways.ts';
import type { ClaimsLoadConfig, ClaimsLoadResult } from './processes/claims-load.ts';
import type { ReplayConfig } from './processes/claims-replay.ts';
import { claimantOf, type ClaimsConfig, IN_FLIGHT, MEMBERS } from './processes/claims-setting.ts';
import type { GatewayConfig } from './processes/setting.ts';
import { type Running, start } from './spawn.ts';

const ROOT = join(import.meta.dirname, '../..');
const TURNS = 6;
const WARM_S = 6;
const TURN_S = 5;

interface Turn {
  readonly perSecond: number;
  readonly cpuMicrosPerClaim: number;
}

/** One turn of a server under the load; throws when a claim was not decided. */
async function loadTurn(house: Running<unknown>, config: ClaimsLoadConfig): Promise<Turn & { done: number; p99Ms: number }> {
  const before = house.cpuSeconds() ?? Number.NaN;
  const loader = await start<ClaimsLoadResult>('claims-load', CORE_BESIDE, config);
  await loader.stop();
  const { perSecond, done, failed, p99Ms } = loader.ready;
  if (failed > 0) throw new Error(`${failed} of ${done} claims were not decided`);
  return { perSecond, done, p99Ms, cpuMicrosPerClaim: (((house.cpuSeconds() ?? Number.NaN) - before) / (perSecond * config.seconds)) * 1e6 };
}

export async function adjudicationVsSql(): Promise<Figure> {
  const dataDir = mkdtempSync(join(tmpdir(), 'olly-bench-'));
  const stops: (() => Promise<void>)[] = [async () => rmSync(dataDir, { recursive: true, force: true })];
  try {
    const server = await startEmbedded({ dir: dataDir, isDurable: true });
    stops.push(async () => rmSync(dirname(server.dataDir), { recursive: true, force: true }), server.stop);
    const config: ClaimsConfig = { root: ROOT, secret: SECRET, clusterUrl: server.url, today: systemClock.today() };
    await makeClaimsWorld(ROOT, server.url, config.today);
    const file = join(dataDir, 'statements.json');
    const recorder = await start<{ statements: number; submitted: number }>('claims-recorder', CORE_UNDER_TEST, { ...config, file });
    await recorder.stop();

    const house = await start<{ urls: Record<string, string> }>('claims-house', CORE_UNDER_TEST, config);
    stops.push(house.stop);
    const { urls } = house.ready;
    const gatewayConfig: GatewayConfig = { supergraphSdl: readFileSync(join(ROOT, 'schema/supergraph.graphql'), 'utf8'), urls, secret: SECRET, jwks: demoJwks(dataDir) };
    const gateway = await start<{ url: string }>('gateway-ours', CORE_BESIDE, gatewayConfig);
    stops.push(gateway.stop);
    const tokens = await Promise.all(Array.from({ length: MEMBERS }, (_, n) => signDemoToken(dataDir, claimantOf(n))));

    const direct: (Turn & { p99Ms: number })[] = [];
    const through: Turn[] = [];
    const replayed: Turn[] = [];
    let first = recorder.ready.submitted;
    for (let turn = 0; turn <= TURNS; turn += 1) {
      const seconds = turn === 0 ? WARM_S : TURN_S;
      const load = async (url: string, more: Partial<ClaimsLoadConfig> = {}) => {
        const one = await loadTurn(house, { ...config, url, seconds, first, ...more });
        first += one.done;
        return one;
      };
      const ours = await load(urls.claims ?? '');
      const pg = await start<Turn & { done: number }>('claims-replay', CORE_UNDER_TEST, { ...config, file, seconds, first } satisfies ReplayConfig);
      await pg.stop();
      first += pg.ready.done;
      const over = await load(gateway.ready.url, { tokens });
      if (turn === 0) continue;
      direct.push(ours);
      replayed.push(pg.ready);
      through.push(over);
    }
    const rate = (turns: readonly Turn[]) => round(median(turns.map((one) => one.perSecond)), 1);
    const cpu = (turns: readonly Turn[]) => round(median(turns.map((one) => one.cpuMicrosPerClaim)), 0);
    const coreShare = (one: Turn | undefined) => (one ? (one.perSecond * one.cpuMicrosPerClaim) / 1e6 : 0);
    const shareOf = (turn: number) => Math.min(coreShare(direct[turn]), coreShare(replayed[turn]));
    const counted = direct.map((_, turn) => turn).toSorted((a, b) => shareOf(b) - shareOf(a)).slice(0, TURNS / 2);
    const [ours, pg, over] = [direct, replayed, through].map((turns) => counted.flatMap((turn) => turns[turn] ?? [])) as [typeof direct, Turn[], Turn[]];
    const ratio = round(median(ours.map((one, at) => one.perSecond / (pg[at]?.perSecond ?? Number.NaN))));
    const note =
      `${rate(ours)} claims adjudicated per second, ${IN_FLIGHT} in flight, p99 ${median(ours.map((one) => one.p99Ms))} ms; other: pg alone with the same ${recorder.ready.statements} statements and commits a claim; ` +
      `through the gateway: ${rate(over)} a second; CPU of the Node process a claim: ours ${cpu(ours)} µs (five services), other ${cpu(pg)} µs; ${counted.length} turns of ${TURNS}, each side with ${round(Math.min(...counted.map(shareOf)) * 100, 0)} % of its core or more`;
    return { figure: 'adjudication_vs_sql', ours: rate(ours), other: rate(pg), ratio, unit: 'claims/s', note };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}
