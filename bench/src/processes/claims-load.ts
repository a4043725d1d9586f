/**
 * Sixteen requests in flight, one claim each, to the claims subgraph with a signature or to the gateway with a member's token. An answer that is not a decided claim
 * counts as failed.
 */
import { signRequest } from '@olly/kit/auth';
import autocannon from 'autocannon';
import { configOf } from '../spawn.ts';
import { claimantOf, claimBody, type ClaimsConfig, IN_FLIGHT, isDecided, MEMBERS } from './claims-setting.ts';

export interface ClaimsLoadConfig extends ClaimsConfig {
  readonly url: string;
  readonly seconds: number;
  /** The number of the first claim. */
  readonly first: number;
  /** A token of each member, to ask through the gateway; signed requests otherwise. */
  readonly tokens?: readonly string[];
}

export interface ClaimsLoadResult {
  readonly perSecond: number;
  readonly done: number;
  readonly failed: number;
  readonly p99Ms: number;
}

const { url, seconds, first, tokens, secret, today } = configOf<ClaimsLoadConfig>();
const plain = { 'content-type': 'application/json', accept: 'application/json' };
let next = first;
function claim(request: object): object {
  const n = next;
  next += 1;
  const body = claimBody(n, today);
  const who = tokens ? { authorization: `Bearer ${tokens[n % MEMBERS]}` } : signRequest({ secret, subgraph: 'claims', identity: claimantOf(n), body });
  return { ...request, body, headers: { ...plain, ...who } };
}

const result = await autocannon({
  url,
  method: 'POST',
  connections: IN_FLIGHT,
  duration: seconds,
  verifyBody: (body) => isDecided(String(body)),
  requests: [{ setupRequest: claim }],
});
const failed = result.non2xx + result.errors + result.mismatches;
const message: ClaimsLoadResult = { perSecond: result['2xx'] / result.duration, done: next - first, failed, p99Ms: result.latency.p99 };
process.send?.(message, () => process.exit(0));
