/**
 * Runs operations with graphql-jit: each operation is compiled once and kept. Handed to Apollo Server through its `gateway` option,
 * the one place where it takes an executor; parsing, validation and plugins stay Apollo's. What Apollo Server has let through once is
 * known by its text from then on, and the server runs it straight: its pipeline costs more than a small operation does.
 */
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import { execute, type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';

const COMPILED_MAX = 1000;

export type Run = (variables: Record<string, unknown>, context: unknown) => Promise<ExecutionResult> | ExecutionResult;

export interface Operations {
  /** The shape in which Apollo Server takes an executor. */
  readonly gateway: GatewayInterface;
  /** How to run an operation that has been parsed, validated and compiled before; undefined when it has not. */
  known(query: unknown, operationName: unknown): Run | undefined;
}

/**
 * graphql-jit's errors are frozen look-alikes that Apollo Server cannot format: it would show "Internal server error" for all of them.
 * Without data nothing was run, because the variables did not fit.
 */
function withOwnErrors(result: ExecutionResult): ExecutionResult {
  if (!result.errors) return result;
  const code = result.data === undefined ? { code: 'BAD_USER_INPUT' } : undefined;
  const errors = result.errors.map((error) => {
    const { message, path, originalError, extensions, locations } = error;
    const own = new GraphQLError(message, { path, originalError, extensions: { ...code, ...extensions } });
    // positions are known here, nodes are not
    return Object.defineProperty(own, 'locations', { value: locations, enumerable: true });
  });
  return { ...result, errors };
}

/** The operations of one schema. What graphql-jit cannot compile runs with graphql-js, with the same answer, and is not known. */
export function operationsOf(schema: GraphQLSchema): Operations {
  const compiled = new Map<string, CompiledQuery | null>();
  const keyOf = (query: string, operationName: string | null | undefined) => `${operationName ?? ''}\n${query}`;
  const run = ({ query }: CompiledQuery): Run => (variables, context) => {
    const result = query({}, context, variables);
    return result instanceof Promise ? result.then(withOwnErrors) : withOwnErrors(result);
  };
  return {
    known(query, operationName) {
      if (typeof query !== 'string' || (operationName != null && typeof operationName !== 'string')) return undefined;
      const found = compiled.get(keyOf(query, operationName));
      return found ? run(found) : undefined;
    },
    gateway: {
      async load() {
        return {
          executor: async ({ document, source, request, context }) => {
            const key = keyOf(source, request.operationName);
            let query = compiled.get(key);
            if (query === undefined) {
              const result = compileQuery(schema, document, request.operationName ?? '', { disableLeafSerialization: false });
              query = isCompiledQuery(result) ? result : null;
              if (compiled.size >= COMPILED_MAX) compiled.delete(compiled.keys().next().value as string);
              compiled.set(key, query);
            }
            const variables = request.variables ?? {};
            if (query) return (await run(query)(variables, context)) as never;
            return (await execute({ schema, document, operationName: request.operationName, variableValues: variables, contextValue: context })) as never;
          },
        };
      },
      onSchemaLoadOrUpdate(callback) {
        callback({ apiSchema: schema, coreSupergraphSdl: '' });
        return () => {};
      },
      async stop() {},
    },
  };
}
