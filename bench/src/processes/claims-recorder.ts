/**
 * Submits claims one by one and writes down every statement that claims and the services behind it send for one of each of forty members: the third, when
 * its accumulators exist and its deductible is met, as for most claims of a year. Nothing else runs meanwhile, so whatever is sent belongs to the claim.
 */
import { writeFileSync } from 'node:fs';
import { signRequest } from '@olly/kit/auth';
import { newId, newLocator } from '@olly/kit/locator';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import { configOf } from '../spawn.ts';
import { blanked, type Recording, type Statement } from './claims-recording.ts';
import { serveClaims } from './claims-services.ts';
import { claimantOf, claimBody, type ClaimService, type ClaimsConfig, dayOf, isDecided, MEMBERS } from './claims-setting.ts';

const ROUNDS = 3;
const RECORDED = 40;

const config = configOf<ClaimsConfig & { file: string }>();
let sent: Statement[] = [];
let own = new Map<string, string>();
const note = (value: string, kind: string): string => {
  own.set(value, kind);
  return value;
};

/** Writes down what goes over each connection of a pool. */
function listen(db: ClaimService, pool: Pool): void {
  pool.on('connect', (client: PoolClient) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    (client as { query: unknown }).query = (...args: unknown[]) => {
      const [first, second] = args;
      const { text, name, values } = (typeof first === 'string' ? { text: first } : first) as { text: string; name?: string; values?: unknown[] };
      sent.push({ db, text, name, values: values ?? (Array.isArray(second) ? second : []) });
      return query(...args);
    };
  });
}

const urls = await serveClaims(config, {
  ids: { id: () => note(newId(), 'id'), locator: (prefix) => note(newLocator(prefix), prefix) },
  onPool: listen,
});
const url = urls.claims ?? '';
const recordings: Recording[] = [];
for (let count = 0; count < ROUNDS * RECORDED; count += 1) {
  const round = Math.floor(count / RECORDED);
  const n = round * MEMBERS + (count % RECORDED);
  sent = [];
  own = new Map([[`claim-${n}`, 'key'], [dayOf(n, config.today), 'day']]);
  const body = claimBody(n, config.today);
  const headers = { 'content-type': 'application/json', ...signRequest({ secret: config.secret, subgraph: 'claims', identity: claimantOf(n), body }) };
  const answer = await (await fetch(url, { method: 'POST', headers, body })).text();
  if (!isDecided(answer)) throw new Error(`Claim ${n} was not decided: ${answer}`);
  if (round === ROUNDS - 1) recordings.push(blanked(sent, own));
}
writeFileSync(config.file, JSON.stringify(recordings));
process.send?.({ statements: recordings[0]?.statements.length, submitted: ROUNDS * MEMBERS }, () => process.exit(0));
