import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceIdentity, signRequest } from '@olly/kit/auth';
import { buildClientSchema, type GraphQLSchema, getIntrospectionQuery, type IntrospectionQuery, isInputObjectType, isInterfaceType, isObjectType, parse, visit } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureSupergraph } from './testing/fixtures.ts';
import { type Harness, SECRET, startHarness } from './testing/harness.ts';

const COMMITTED = readFileSync(join(import.meta.dirname, '../../schema/supergraph.graphql'), 'utf8');

async function apiSchema(house: Harness): Promise<GraphQLSchema> {
  const { data } = await house.ask(getIntrospectionQuery());
  return buildClientSchema(data as unknown as IntrospectionQuery);
}

/** `Type.field` of every field that the supergraph marks as `@inaccessible`. */
function inaccessibleFields(sdl: string): string[] {
  const found: string[] = [];
  const ofType = (node: { name: { value: string }; fields?: readonly { name: { value: string }; directives?: readonly { name: { value: string } }[] }[] }) => {
    for (const field of node.fields ?? []) {
      if (field.directives?.some((directive) => directive.name.value === 'inaccessible')) found.push(`${node.name.value}.${field.name.value}`);
    }
  };
  visit(parse(sdl), { ObjectTypeDefinition: ofType, InterfaceTypeDefinition: ofType, InputObjectTypeDefinition: ofType });
  return found;
}

function hasField(schema: GraphQLSchema, path: string): boolean {
  const [typeName = '', field = ''] = path.split('.');
  const type = schema.getType(typeName);
  return (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)) && field in type.getFields();
}

describe('fields for services only', () => {
  let house: Harness;
  beforeAll(async () => {
    house = await startHarness();
  });
  afterAll(() => house.stop());

  it('are answered by the subgraph to a service, and do not exist for anybody behind the gateway', async () => {
    const query = '{ reserve(id: "1") }';
    const body = JSON.stringify({ query });
    const signed = signRequest({ secret: SECRET, subgraph: 'people', identity: serviceIdentity('orders'), body });
    const direct = await fetch(house.subgraphs.people.url, { method: 'POST', headers: { 'content-type': 'application/json', ...signed }, body });
    expect(await direct.json()).toEqual({ data: { reserve: 'orders reserved 1' } });
    const token = await house.token({ roles: ['admin'], scope: 'service read' });
    for (const asked of [query, '{ people { internalNote } }', 'fragment F on Person { internalNote } { me { ...F } }']) {
      expect((await house.ask(asked, { token })).codes).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    }
  });

  it('are absent from introspection', async () => {
    expect(inaccessibleFields(fixtureSupergraph())).toEqual(expect.arrayContaining(['Query.reserve', 'Person.internalNote']));
    const schema = await apiSchema(house);
    expect(inaccessibleFields(fixtureSupergraph()).filter((path) => hasField(schema, path))).toEqual([]);
    expect(hasField(schema, 'Person.salary')).toBe(true);
  });
});

it('the committed supergraph loads with its access directives, without the fields for services', async () => {
  expect(COMMITTED).toMatch(/@authenticated[\s\S]*@policy|@policy[\s\S]*@authenticated/);
  const house = await startHarness({ supergraphSdl: COMMITTED });
  try {
    const hidden = inaccessibleFields(COMMITTED);
    expect(hidden.length).toBeGreaterThan(0);
    const schema = await apiSchema(house);
    expect(hidden.filter((path) => hasField(schema, path))).toEqual([]);
    expect(Object.keys(schema.getQueryType()?.getFields() ?? {}).length).toBeGreaterThan(10);
  } finally {
    await house.stop();
  }
});
