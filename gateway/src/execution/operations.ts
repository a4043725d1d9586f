/**
 * Operations that have been let through before. The first time, Apollo Server and Apollo's gateway do everything: parse, validate, plan, run. The
 * plan is kept, prepared; from then on the operation is run straight, which costs a third. What is unusual (introspection, conditions,
 * rewrites, names that a JavaScript object has by itself) goes the long way every time.
 */
import type { GatewayConfig } from '@apollo/gateway';
import { type FragmentDefinitionNode, type GraphQLError, type GraphQLSchema, getVariableValues, type OperationDefinitionNode, visit } from 'graphql';
import { Lru } from '../lru.ts';
import type { CallContext, SubgraphClient } from '../subgraphs/client.ts';
import { type PlanRun, prepare } from './plan.ts';
import { type CompletionError, shaper } from './shape.ts';

const OPERATIONS_KEPT_MAX = 2_000;
const TEXT_CHARACTERS_MAX = 20_000;
/** Names that every JavaScript object answers to: as aliases they need the care that the long way takes. */
const NAMES_OF_OBJECTS = /__proto__|constructor|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|toString|valueOf|__(?:define|lookup)[GS]etter__/;

export interface RunResult {
  readonly data: object | null;
  readonly errors?: readonly GraphQLError[];
  readonly extensions?: { readonly valueCompletion: readonly CompletionError[] };
}

/** Runs the operation; undefined when its variables do not fit, and nothing was run. */
export type RunOperation = (variables: Readonly<Record<string, unknown>>, call: CallContext) => Promise<RunResult> | undefined;

export interface KnownOperations {
  /** To be given to Apollo's gateway: hears of every plan. */
  readonly learn: NonNullable<GatewayConfig['experimental_didResolveQueryPlan']>;
  find(query: string, operationName: string | null | undefined): RunOperation | undefined;
}

const keyOf = (query: string, operationName: string | null | undefined): string => `${operationName ?? ''}\n${query}`;

function isUsual(operation: OperationDefinitionNode, fragments: Readonly<Record<string, FragmentDefinitionNode>>): boolean {
  let usual = operation.operation !== 'subscription';
  const unusual = () => {
    usual = false;
  };
  for (const root of [operation, ...Object.values(fragments)]) {
    visit(root, {
      Directive: unusual,
      Field: ({ name }) => (name.value === '__schema' || name.value === '__type' ? unusual() : undefined),
    });
  }
  return usual;
}

/** An empty memory over the given subgraphs. */
export function knownOperations(clients: readonly SubgraphClient[]): KnownOperations {
  const known = new Lru<string, RunOperation>(OPERATIONS_KEPT_MAX);
  const byName = new Map(clients.map((client) => [client.name, client]));

  function runnerOf(schema: GraphQLSchema, operation: OperationDefinitionNode, step: ReturnType<typeof prepare>, shape: ReturnType<typeof shaper>): RunOperation {
    const definitions = operation.variableDefinitions ?? [];
    const run = async (variables: Readonly<Record<string, unknown>>, call: CallContext): Promise<RunResult> => {
      const state: PlanRun = { data: {}, errors: [], variables, call };
      await step?.(state);
      const { data, invalid } = shape(state.data);
      if (state.errors.length > 0) return { data, errors: state.errors };
      return invalid.length > 0 ? { data, extensions: { valueCompletion: invalid } } : { data };
    };
    if (definitions.length === 0) return run;
    return (variables, call) => (getVariableValues(schema, definitions, variables).errors ? undefined : run(variables, call));
  }

  return {
    find: (query, operationName) => known.get(keyOf(query, operationName)),
    learn({ queryPlan, requestContext, operationContext }) {
      const { query, operationName } = requestContext.request;
      const { node } = queryPlan;
      if (!query || query.length > TEXT_CHARACTERS_MAX || NAMES_OF_OBJECTS.test(query) || !node || node.kind === 'Subscription') return;
      const key = keyOf(query, operationName);
      if (known.get(key)) return;
      const { schema, operation, fragments } = operationContext;
      if (!isUsual(operation, fragments)) return;
      const step = prepare(node, { clients: byName, schema });
      if (step) known.set(key, runnerOf(schema, operation, step, shaper(schema, operation, fragments)));
    },
  };
}
