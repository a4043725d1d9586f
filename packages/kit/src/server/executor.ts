/**
 * Runs operations with graphql-jit: each operation is compiled once and kept. Handed to Apollo Server through its `gateway` option,
 * the one place where it takes an executor; parsing, validation and plugins stay Apollo's.
 */
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import { type DocumentNode, execute, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';

const COMPILED_MAX = 1000;

export type Executor = (request: {
  document: DocumentNode;
  operationName?: string | null;
  queryHash: string;
  variables: Record<string, unknown>;
  context: unknown;
}) => Promise<ExecutionResult> | ExecutionResult;

/** An executor over one schema. What graphql-jit cannot compile runs with graphql-js, with the same answer. */
export function compilingExecutor(schema: GraphQLSchema): Executor {
  const compiled = new Map<string, CompiledQuery | null>();
  return ({ document, operationName, queryHash, variables, context }) => {
    const key = `${queryHash}\n${operationName ?? ''}`;
    let query = compiled.get(key);
    if (query === undefined) {
      const result = compileQuery(schema, document, operationName ?? '', { disableLeafSerialization: false });
      query = isCompiledQuery(result) ? result : null;
      if (compiled.size >= COMPILED_MAX) compiled.delete(compiled.keys().next().value as string);
      compiled.set(key, query);
    }
    if (query) return query.query({}, context, variables);
    return execute({ schema, document, operationName, variableValues: variables, contextValue: context });
  };
}

/** The shape in which Apollo Server takes an executor. */
export function asGateway(schema: GraphQLSchema): GatewayInterface {
  const executor = compilingExecutor(schema);
  return {
    async load() {
      return {
        executor: async ({ document, operationName, queryHash, request, context }) =>
          (await executor({ document, operationName, queryHash, variables: request.variables ?? {}, context })) as never,
      };
    },
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => {};
    },
    async stop() {},
  };
}
