/**
 * The load: autocannon with kept-alive connections on one operation. Counts everything that is not a 200, and brings back one answer, so that
 * the runner can see that both sides said the same. Requests to a subgraph are signed one by one, as a gateway would.
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
const result = await autocannon({
  url,
  method: 'POST',
  headers,
  body,
  connections,
  duration: seconds,
  ...(sign && { requests: [{ setupRequest: (request: object) => ({ ...request, headers: allHeaders() }) }] }),
});
const message: LoadResult = { perSecond: result['2xx'] / result.duration, failed: result.non2xx + result.errors, p99Ms: result.latency.p99, answer };
process.send?.(message, () => process.exit(0));
