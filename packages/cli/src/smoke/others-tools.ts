/** What the story of selling through others is told with: people who act for a broker or a scheme that is new with each telling, files that they send, and amounts in pennies. */
import { signDemoToken } from '@olly/kit/auth';
import type { Ask, Ref } from '../demo/flow.ts';
import { dataDir } from '../running.ts';
import { ask } from './ask.ts';
import type { Teller } from './story.ts';

export const minor = ({ amount }: { readonly amount: string }): bigint => BigInt(amount.replace('.', ''));

/** Half away from zero. */
export const share = (whole: bigint, part: bigint, of: bigint): bigint => {
  const doubled = 2n * (whole < 0n ? -whole : whole) * part + of;
  return (doubled / (2n * of)) * (whole < 0n ? -1n : 1n);
};

export interface Actor {
  readonly persona: string;
  readonly token: string;
}

/** Somebody who acts for a broker or scheme. */
export async function actor(persona: 'broker' | 'employer', id: string, party: Ref, actsFor: Readonly<Record<string, string>>): Promise<Actor> {
  return { persona, token: await signDemoToken(dataDir(), { subject: `told-${persona}-${id}`, roles: [persona], party: { id: party.id, locator: party.locator }, actsFor }) };
}

/** Asks as the demo's personas, but as the actor for theirs. */
export const askWith =
  ({ run, data }: Teller, { persona: theirs, token }: Actor): Ask =>
  async (persona, query, variables) => {
    if (persona !== theirs) return data(persona, query, variables);
    const answer = await ask(run.url, token, query, variables);
    if (answer.errors.length > 0) throw new Error(answer.errors.map(({ code, message, path }) => `${code} at ${path?.join('.') ?? 'the operation'}: ${message}`).join('\n'));
    return answer.data;
  };

/** Sends a file as the actor; answers its locator. */
export async function sendFile({ run }: Teller, { token }: Actor, name: string, content: string): Promise<string> {
  const response = await fetch(`${run.url}/files`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv', 'x-file-name': name }, body: content, signal: AbortSignal.timeout(30_000) });
  if (response.status !== 201) throw new Error(`POST /files answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { locator: string }).locator;
}
