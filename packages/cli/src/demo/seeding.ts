/**
 * Runs the seed: only into a system that was empty when it was first asked, never in production, once. What is done stands in the platform's `seed_steps`; the row
 * `begin` says that this system is the demo's, the row `end` that nothing is left to do.
 */
import { serviceIdentity, signRequest } from '@olly/kit/auth';
import { connect, databaseUrl, type Environment } from '@olly/kit/postgres';
import type { Client } from 'pg';
import { ask, type Asked } from '../smoke/ask.ts';
import { type Persona, savePersona, tokenOf } from './personas.ts';
import { steps } from './seed.ts';

const SEED_LOCK = 7_201_404;

export interface SeedContext {
  /** Asks the gateway as a persona; throws when the answer has errors, answers the data. */
  as(persona: string, query: string, variables?: Record<string, unknown>): Promise<Asked['data']>;
  /** Asks a service directly, as a service does: for what people may not do. */
  service(name: string, query: string, variables?: Record<string, unknown>): Promise<Asked['data']>;
  savePersona(persona: Persona): Promise<void>;
  /** The platform's database, for what a step wants to remember. */
  readonly platform: Client;
  readonly url: string;
}

export interface SeedStep {
  /** Never changed once released: it is how a step is known to have run. */
  readonly name: string;
  run(context: SeedContext): Promise<void>;
}

export interface SeedTarget {
  readonly url: string;
  readonly env: Environment;
  readonly dataDir: string;
  readonly secret: string;
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly say: (line: string) => void;
}

/** A system without a single party is empty. */
async function isEmpty(env: Environment): Promise<boolean> {
  const client = await connect(databaseUrl('policy_admin', 'service', env), 'olly-seed');
  const { rows } = await client.query<{ hasSome: boolean }>('SELECT EXISTS (SELECT FROM policy_admin.parties) AS "hasSome"').finally(() => client.end());
  return !rows[0]?.hasSome;
}

function contextOf({ url, dataDir, secret, subgraphs }: SeedTarget, platform: Client): SeedContext {
  const tokens = new Map<string, Promise<string>>();
  const tokenFor = (persona: string): Promise<string> => {
    const token = tokens.get(persona) ?? tokenOf(platform, dataDir, persona);
    tokens.set(persona, token);
    return token;
  };
  return {
    platform,
    url,
    async savePersona(persona) {
      await savePersona(platform, persona);
      tokens.delete(persona.name);
    },
    async as(persona, query, variables = {}) {
      const answer = await ask(url, await tokenFor(persona), query, variables);
      if (answer.errors.length > 0) throw new Error(answer.errors.map(({ code, message }) => `${code}: ${message}`).join('\n'));
      return answer.data;
    },
    async service(name, query, variables = {}) {
      const target = subgraphs[name];
      if (!target) throw new Error(`The service ${name} does not run.`);
      const body = JSON.stringify({ query, variables });
      const headers = { 'content-type': 'application/json', ...signRequest({ secret, subgraph: name, identity: serviceIdentity('demo'), body }) };
      const response = await fetch(target, { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) });
      const { data, errors } = (await response.json()) as { data: Asked['data']; errors?: { message: string }[] };
      if (errors?.[0]) throw new Error(errors[0].message);
      return data;
    },
  };
}

/** Seeds what is left to seed; answers whether the demo's data is there. */
export async function seed(target: SeedTarget, all: readonly SeedStep[] = steps): Promise<boolean> {
  if (target.env.NODE_ENV === 'production') return false;
  const platform = await connect(databaseUrl('olly_platform', 'service', target.env), 'olly-seed');
  try {
    await platform.query('SELECT pg_advisory_lock($1)', [SEED_LOCK]);
    const { rows } = await platform.query<{ step: string }>('SELECT step FROM seed_steps');
    const done = new Set(rows.map(({ step }) => step));
    if (done.has('end')) return true;
    if (!done.has('begin')) {
      if (all.length === 0 || !(await isEmpty(target.env))) return false;
      await platform.query("INSERT INTO seed_steps (step) VALUES ('begin')");
    }
    const context = contextOf(target, platform);
    for (const { name, run } of all.filter((step) => !done.has(step.name))) {
      await run(context).catch((error: Error) => {
        throw new Error(`The demo's data could not be made, at "${name}": ${error.message}`);
      });
      await platform.query('INSERT INTO seed_steps (step) VALUES ($1) ON CONFLICT DO NOTHING', [name]);
      target.say(`seeded ${name}`);
    }
    await platform.query("INSERT INTO seed_steps (step) VALUES ('end') ON CONFLICT DO NOTHING");
    return true;
  } finally {
    await platform.end();
  }
}
