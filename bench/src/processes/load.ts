/**
 * The load: autocannon with kept-alive connections on one operation. Counts everything that is not a 200, and brings back one answer, so that
 * the runner can see that both sides said the same. Requests to a subgraph are signed one by one, as a gateway would, but beforehand: the load
 * shall not be what is measured.
 */
import { type Identity, signRequest } from '@olly/kit/auth';
import autocannon from 'autocannon';
import { configOf } from '../spawn.ts';

export interface LoadConfig {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly connections: number;
  readonly seconds: number;
  readonly sign?: { readonly secret: string; readonly subgraph: string; readonly identity: Identity };
}

export interface LoadResult {
  readonly perSecond: number;
  readonly failed: number;
  readonly p99Ms: number;
  readonly answer: string;
}

const { url, headers, body, connections, seconds, sign } = configOf<LoadConfig>();
const allHeaders = () => ({ ...headers, ...(sign && signRequest({ ...sign, body })) });
const first = await fetch(url, { method: 'POST', headers: allHeaders(), body });
const answer = await first.text();
/** More than any server here answers in a second. */
const SIGNED_PER_SECOND = 12_000;
const signed = sign ? Array.from({ length: seconds * SIGNED_PER_SECOND }, allHeaders) : [];
let sent = 0;
function nextHeaders(): Record<string, string> {
  const next = signed[sent];
  sent += 1;
  return next ?? allHeaders();
}
const result = await autocannon({
  url,
  method: 'POST',
  headers,
  body,
  connections,
  duration: seconds,
  ...(sign && { requests: [{ setupRequest: (request: object) => ({ ...request, headers: nextHeaders() }) }] }),
});
const message: LoadResult = { perSecond: result['2xx'] / result.duration, failed: result.non2xx + result.errors, p99Ms: result.latency.p99, answer };
process.send?.(message, () => process.exit(0));
