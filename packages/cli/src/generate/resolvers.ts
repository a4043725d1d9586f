/**
 * Makes the resolver types of a subgraph from its SDL, so that a resolver that forgets a field or answers another type does not compile.
 * A row type `PolicyRow` exported by `src/mappers.ts` is what resolvers of `Policy` get as their parent.
 */
import { existsSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import * as typescript from '@graphql-codegen/typescript';
import * as resolvers from '@graphql-codegen/typescript-resolvers';
import { GraphQLObjectType, GraphQLSchema, isObjectType, parse } from 'graphql';
import { inRoot } from '../repository.ts';

const SCALARS = { ID: 'string', Date: 'string', DateTime: { input: 'Date', output: 'Date | string' }, Decimal: 'string', Currency: 'string', JSON: 'unknown' };

/** The `XRow` types of a mappers file, as codegen's map of GraphQL types to TypeScript ones. */
function mappersOf(name: string, isKnown: (type: string) => boolean): Record<string, string> {
  const file = inRoot('subgraphs', name, 'src/mappers.ts');
  if (!existsSync(file)) return {};
  const text = readFileSync(file, 'utf8');
  const exported = [...text.matchAll(/export\s+(?:declare\s+)?(?:interface|type)\s+(\w+)Row\b/g), ...text.matchAll(/\b(\w+)Row\b(?=[^{}]*\}\s*from)/g)].map((match) => match[1] as string);
  return Object.fromEntries([...new Set(exported)].filter(isKnown).map((type) => [type, `../src/mappers.ts#${type}Row`]));
}

/** The schema without what the federation library adds and resolves itself. */
function withoutMachinery(schema: GraphQLSchema): GraphQLSchema {
  const config = schema.toConfig();
  const query = config.query?.toConfig();
  const fields = Object.fromEntries(Object.entries(query?.fields ?? {}).filter(([field]) => !field.startsWith('_')));
  const ownQuery = query && Object.keys(fields).length > 0 ? new GraphQLObjectType({ ...query, fields }) : null;
  const isOwn = (name: string) => !name.startsWith('_') && !/^(link|federation)__/.test(name) && name !== query?.name;
  return new GraphQLSchema({ ...config, query: ownQuery, types: config.types.filter((type) => isOwn(type.name)), directives: [] });
}

/** The text of `generated/resolvers.ts`. */
export async function resolverTypes(name: string, sdl: string): Promise<string> {
  const schema = withoutMachinery(buildSubgraphSchema([{ typeDefs: parse(sdl) }]));
  const mappers = mappersOf(name, (type) => isObjectType(schema.getType(type)));
  const config = {
    federation: true,
    scalars: SCALARS,
    mappers: { Money: '@olly/kit/money#Money as MoneyValue', ...mappers },
    contextType: existsSync(inRoot('subgraphs', name, 'src/context.ts')) ? '../src/context.ts#Context' : '@olly/kit/server#RequestBase',
    useTypeImports: true,
    enumsAsTypes: true,
    emitLegacyCommonJSImports: false,
    immutableTypes: true,
    skipTypename: true,
    makeResolverTypeCallable: false,
    defaultScalarType: 'unknown',
    inputMaybeValue: 'T | null | undefined',
    maybeValue: 'T | null | undefined',
  };
  const parts: { readonly prepend?: readonly string[]; readonly content: string }[] = [await typescript.plugin(schema, [], config, {}), await resolvers.plugin(schema, [], config, {})];
  const prepend = [...new Set(parts.flatMap((part) => part.prepend ?? []))];
  const header = `// Made from schema/subgraphs/${name}.graphql by "pnpm generate"; change the SDL instead.\n`;
  return `${header}${prepend.join('\n')}\n${parts.map((part) => part.content).join('\n')}`;
}
