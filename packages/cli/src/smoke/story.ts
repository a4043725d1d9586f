/**
 * How a story is told against the running system: steps with a name, each printed as it ends; the first wrong answer ends the story. It polls for what takes time and
 * never sleeps blindly, and it can be told again on the same system.
 */
import { randomUUID } from 'node:crypto';
import { connect, databaseUrl } from '@olly/kit/postgres';
import { tokenOf } from '../demo/personas.ts';
import { dataDir, type RunFile, runningEnvironment } from '../running.ts';
import { ask, type Asked } from './ask.ts';

const POLL_MS = 100;
const POLL_MS_MAX = 30_000;

export interface Teller {
  readonly run: RunFile;
  /** New with each telling: for idempotency keys and names that must not meet those of the last one. */
  readonly id: string;
  /** One line of the story. What it throws is its wrong answer; what it answers is handed on. */
  step<T>(name: string, act: () => Promise<T>): Promise<T>;
  /** Asks as a persona (undefined: without a token) and answers data and errors. */
  ask(persona: string | undefined, query: string, variables?: Record<string, unknown>): Promise<Asked>;
  /** As `ask`; an error is a wrong answer. */
  data(persona: string | undefined, query: string, variables?: Record<string, unknown>): Promise<Asked['data']>;
  /** Asks again until the answer is what it should be, for half a minute unless told. */
  until<T>(look: () => Promise<T>, isRight: (found: T) => boolean, msMax?: number): Promise<T>;
}

export interface Story {
  readonly name: string;
  tell(teller: Teller): Promise<void>;
}

/** A story's first wrong answer, when its line is already printed. */
export class StoryEnded extends Error {}

/** A wrong answer, with what was expected. */
export function expect(isRight: unknown, what: string, found?: unknown): asserts isRight {
  if (!isRight) throw new Error(found === undefined ? what : `${what}; the answer was ${JSON.stringify(found)?.slice(0, 500)}`);
}

/** Tells a story; answers how many steps were right, throws at the first wrong one. */
export async function tell(story: Story, run: RunFile, say: (line: string) => void): Promise<number> {
  const platform = await connect(databaseUrl('olly_platform', 'service', runningEnvironment()), 'olly-smoke');
  const tokens = new Map<string, string>();
  let steps = 0;
  const teller: Teller = {
    run,
    id: randomUUID(),
    async step(name, act) {
      const startedAt = Date.now();
      try {
        const result = await act();
        steps += 1;
        say(`ok    ${story.name}: ${name} (${Date.now() - startedAt} ms)`);
        return result;
      } catch (error) {
        say(`FAIL  ${story.name}: ${name}\n${(error as Error).message.replace(/^/gm, '      ')}`);
        throw new StoryEnded(name, { cause: error });
      }
    },
    async ask(persona, query, variables) {
      if (persona && !tokens.has(persona)) tokens.set(persona, await tokenOf(platform, dataDir(), persona));
      return ask(run.url, persona && tokens.get(persona), query, variables);
    },
    async data(persona, query, variables) {
      const answer = await teller.ask(persona, query, variables);
      if (answer.errors.length > 0) throw new Error(answer.errors.map(({ code, message, path }) => `${code} at ${path?.join('.') ?? 'the operation'}: ${message}`).join('\n'));
      return answer.data;
    },
    async until(look, isRight, msMax = POLL_MS_MAX) {
      for (const deadline = Date.now() + msMax; ; ) {
        const found = await look();
        if (isRight(found)) return found;
        if (Date.now() > deadline) throw new Error(`waited ${msMax / 1000} s; the last answer was ${JSON.stringify(found)?.slice(0, 500)}`);
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
  };
  try {
    await story.tell(teller);
    return steps;
  } finally {
    await platform.end();
  }
}
