/**
 * Makes schema/events from what the services declare in `src/published.ts`: a JSON Schema for each type of event, and one AsyncAPI 3 document over all of them. A consumer in
 * any language can check what it reads; nobody has to read our TypeScript.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { acknowledgementsOf } from '@olly/kit/erasure';
import type { Publication } from '@olly/kit/outbox';
import { z } from 'zod';
import { bundle, hashOfSources } from '../../../../scripts/bundle.mjs';
import { inRoot, root, SUBGRAPHS } from '../repository.ts';
import { writeWhenChanged } from './files.ts';

const FOLDER = 'schema/events';
const fileOf = (name: string): string => inRoot('subgraphs', name, 'src/published.ts');
export const publishes = (name: string): boolean => existsSync(fileOf(name));

type Json = Record<string, unknown>;

/** The declarations of all services, loaded from a bundle of them. */
async function declared(): Promise<readonly { readonly service: string; readonly publication: Publication }[]> {
  const names = SUBGRAPHS.filter(publishes);
  const folders = ['packages/kit/src', ...names.map((name) => `subgraphs/${name}/src`)];
  const entry = {
    name: 'published',
    setup(api: { onResolve(o: object, f: () => object): void; onLoad(o: object, f: () => object): void }) {
      api.onResolve({ filter: /^olly:published$/ }, () => ({ path: 'published', namespace: 'olly' }));
      api.onLoad({ filter: /.*/, namespace: 'olly' }, () => ({
        contents: `${names.map((name, i) => `import { published as p${i} } from ${JSON.stringify(fileOf(name))};`).join('\n')}\nexport const all = { ${names.map((name, i) => `${name}: p${i}`).join(', ')} };`,
        loader: 'js',
        resolveDir: inRoot(),
      }));
    },
  };
  const folder = await bundle({ dist: inRoot('packages/cli/dist'), name: 'published', hash: hashOfSources(root, folders, names.join()), entryPoints: [{ in: 'olly:published', out: 'published' }], plugins: [entry] });
  const { all } = (await import(pathToFileURL(join(folder, 'published.js')).href)) as { all: Record<string, readonly Publication[]> };
  const own = Object.entries(all).flatMap(([service, publications]) => publications.map((publication) => ({ service, publication })));
  return [...own, ...SUBGRAPHS.map((service) => ({ service, publication: acknowledgementsOf(service) }))];
}

/** The JSON Schema of a whole event: the CloudEvents envelope around the data. */
function eventSchema(type: string, { topic, description, data }: Publication): Json {
  const schema = z.toJSONSchema(data, { io: 'output', unrepresentable: 'any' }) as Json;
  delete schema.$schema;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: type,
    description: `${description} Topic ${topic}.`,
    type: 'object',
    properties: {
      specversion: { const: '1.0' },
      id: { type: 'string', format: 'uuid', description: 'Unique; a consumer that has seen it skips the event.' },
      source: { const: `/olly/${topic.split('.')[0]}` },
      type: { const: type },
      subject: { type: 'string', description: 'The key, in whose order events come.' },
      time: { type: 'string', format: 'date-time', description: 'Business time.' },
      datacontenttype: { const: 'application/json' },
      traceparent: { type: 'string', description: 'W3C trace context of what caused it.' },
      data: schema,
    },
    required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'datacontenttype', 'data'],
  };
}

const nameOf = (type: string): string => type.replaceAll('.', '_');

/** The AsyncAPI document: a channel a topic, a message a type. */
function asyncApi(all: readonly { readonly publication: Publication }[]): Json {
  const channels: Record<string, { address: string; description: string; messages: Json }> = {};
  const operations: Json = {};
  const messages: Json = {};
  for (const { publication } of all) {
    const { topic, types, key, description } = publication;
    const channel = nameOf(topic);
    channels[channel] ??= { address: topic, description: `Key: ${key}. Kept for ever, so that a consumer can begin at the beginning.`, messages: {} };
    operations[`publish_${channel}`] = { action: 'send', channel: { $ref: `#/channels/${channel}` } };
    for (const type of types) {
      channels[channel].messages[nameOf(type)] = { $ref: `#/components/messages/${nameOf(type)}` };
      messages[nameOf(type)] = { name: type, summary: description, contentType: 'application/cloudevents+json', payload: { $ref: `./${type}.json` } };
    }
  }
  return {
    asyncapi: '3.0.0',
    info: { title: 'Olly events', version: '1.0.0', description: 'CloudEvents 1.0 on Kafka or the embedded log. Locators and amounts; never names, contact details or diagnoses. At least once: skip what you have seen by id.', license: { name: 'Apache-2.0' } },
    defaultContentType: 'application/cloudevents+json',
    channels,
    operations,
    components: { messages },
  };
}

/** Brings schema/events up to date; answers the files that it wrote or took away. */
export async function generateEvents(): Promise<string[]> {
  const all = await declared();
  const types = all.flatMap(({ publication }) => publication.types);
  const twice = types.find((type, index) => types.indexOf(type) !== index);
  if (twice) throw new Error(`The event ${twice} is declared twice.`);
  const files = new Map<string, Json>(all.flatMap(({ publication }) => publication.types.map((type): [string, Json] => [`${type}.json`, eventSchema(type, publication)])));
  files.set('asyncapi.json', asyncApi(all));
  const changed = [...files].filter(([file, content]) => writeWhenChanged(inRoot(FOLDER, file), `${JSON.stringify(content, null, 2)}\n`)).map(([file]) => file);
  const stale = readdirSync(inRoot(FOLDER)).filter((file) => file.endsWith('.json') && !files.has(file));
  for (const file of stale) rmSync(inRoot(FOLDER, file));
  return [...changed, ...stale];
}

/** A hash over the committed files, to tell whether generating changed them. */
export function hashOfEvents(): string {
  const hash = createHash('sha256');
  if (existsSync(inRoot(FOLDER))) for (const file of readdirSync(inRoot(FOLDER)).sort()) hash.update(file).update(readFileSync(inRoot(FOLDER, file)));
  return hash.digest('hex');
}
