/**
 * Runs a query plan. A plan is prepared once: what does not change from request to request (texts, paths) is put together then. Each fetch
 * asks for every different entity once and puts the answer back in all its places. Plans with rewrites or conditions are not prepared; the
 * library runs those.
 */
import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { GraphQLError, type GraphQLSchema, isAbstractType, isObjectType } from 'graphql';
import type { CallContext, SubgraphClient, SubgraphError } from '../subgraphs/client.ts';

export interface Row {
  [key: string]: unknown;
}
type Path = readonly (string | number)[];

/** One run: the data as it grows, and what went wrong. */
export interface PlanRun {
  readonly data: Row;
  readonly errors: GraphQLError[];
  readonly variables: Readonly<Record<string, unknown>>;
  readonly call: CallContext;
}

export type Step = (run: PlanRun) => Promise<void>;

export interface PlanTools {
  readonly clients: ReadonlyMap<string, SubgraphClient>;
  readonly schema: GraphQLSchema;
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null;

/** Puts what a subgraph answered to what is there already. */
function merge(target: Row, source: Row): void {
  for (const key in source) {
    const value = source[key];
    const known = target[key];
    if (!isRow(known) || !isRow(value) || known === value) target[key] = value;
    else if (!Array.isArray(value)) merge(known, value);
    else if (Array.isArray(known) && known.length === value.length) mergeList(known, value);
    else target[key] = value;
  }
}

function mergeList(target: unknown[], source: readonly unknown[]): void {
  for (const [at, value] of source.entries()) {
    const known = target[at];
    if (isRow(known) && isRow(value) && !Array.isArray(value)) merge(known, value);
    else target[at] = value;
  }
}

/** The objects at a path, lists opened, nulls left out. */
function gather(value: unknown, path: Path, at: number, into: Row[]): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    const next = path[at] === '@' ? at + 1 : at;
    for (const element of value) gather(element, path, next, into);
  } else if (at === path.length) into.push(value as Row);
  else gather((value as Row)[path[at] as string], path, at + 1, into);
}

/** Where each of the objects of `gather` stands, in the same order. */
function placesOf(value: unknown, path: Path, at: number, here: Path, into: Path[]): void {
  if (value === null || value === undefined) return;
  if (Array.isArray(value)) {
    const next = path[at] === '@' ? at + 1 : at;
    for (const [index, element] of value.entries()) placesOf(element, path, next, [...here, index], into);
  } else if (at === path.length) into.push(here);
  else placesOf((value as Row)[path[at] as string], path, at + 1, [...here, path[at] as string], into);
}

/** What a fetch needs of an object: its key and required fields. Null when one of them is not there. */
function project(source: Row | null, selections: readonly QueryPlanSelectionNode[], schema: GraphQLSchema): Row | null {
  if (source === null) return null;
  const result: Row = {};
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      const { typeCondition } = selection;
      if (typeCondition === undefined || !isOfType(source.__typename, typeCondition, schema)) continue;
      const inner = project(source, selection.selections, schema);
      if (inner) merge(result, inner);
      continue;
    }
    const key = selection.alias ?? selection.name;
    const value = source[key];
    const { selections: inside } = selection;
    if (value === undefined) return null;
    if (!inside || value === null) result[key] = value;
    else if (Array.isArray(value)) result[key] = value.map((one: Row | null) => project(one, inside, schema));
    else result[key] = project(value as Row, inside, schema);
  }
  return result;
}

function isOfType(name: unknown, condition: string, schema: GraphQLSchema): boolean {
  if (name === condition) return true;
  const type = typeof name === 'string' ? schema.getType(name) : undefined;
  const wanted = schema.getType(condition);
  return isObjectType(type) && isAbstractType(wanted) && schema.isSubType(wanted, type);
}

/** A subgraph's error as one of the caller's: a code, and a path from the root. */
const errorOf = ({ message, extensions }: SubgraphError, path: Path | undefined): GraphQLError =>
  new GraphQLError(message || 'The service gave no reason.', { path, extensions: { code: 'DOWNSTREAM_SERVICE_ERROR', ...extensions } });

function prepareFetch(fetch: FetchNode, path: Path, { clients, schema }: PlanTools): Step {
  const client = clients.get(fetch.serviceName);
  if (!client) throw new Error(`No client of the subgraph ${fetch.serviceName}`);
  const { post } = client;
  const operationName = fetch.operationName === undefined ? '' : `,"operationName":${JSON.stringify(fetch.operationName)}`;
  const opening = `{"query":${JSON.stringify(fetch.operation)}${operationName},"variables":{`;
  const names = fetch.variableUsages ?? [];

  function variablesText(variables: Readonly<Record<string, unknown>>): string {
    let text = '';
    for (const name of names) {
      if (Object.hasOwn(variables, name) && variables[name] !== undefined) text += `${text && ','}${JSON.stringify(name)}:${JSON.stringify(variables[name])}`;
    }
    return text;
  }

  /** Asks for fields of the root or, rarely, for the same fields below several objects. */
  async function fetchFields(run: PlanRun, objects: readonly Row[]): Promise<void> {
    const { data, errors } = await post(`${opening}${variablesText(run.variables)}}}`, run.call);
    for (const error of errors ?? []) run.errors.push(errorOf(error, error.path && [...path, ...error.path]));
    if (data) for (const object of objects) merge(object, data);
  }

  async function fetchEntities(run: PlanRun, objects: readonly Row[], requires: readonly QueryPlanSelectionNode[]): Promise<void> {
    const indexes = new Map<string, number>();
    /** For each object, which of the different entities it is; -1 for none. */
    const entityOf = objects.map((object) => {
      const representation = project(object, requires, schema);
      if (!representation?.__typename) return -1;
      const text = JSON.stringify(representation);
      let index = indexes.get(text);
      if (index === undefined) {
        index = indexes.size;
        indexes.set(text, index);
      }
      return index;
    });
    if (indexes.size === 0) return;
    const variables = variablesText(run.variables);
    const body = `${opening}${variables}${variables && ','}"representations":[${[...indexes.keys()].join(',')}]}}`;
    const { data, errors } = await post(body, run.call);
    if (errors) pushEntityErrors(run, errors, entityOf);
    if (!data) return;
    const entities = data._entities;
    if (!Array.isArray(entities) || entities.length !== indexes.size) throw new Error(`The subgraph ${fetch.serviceName} answered with another number of entities`);
    for (const [at, index] of entityOf.entries()) {
      const entity = entities[index] as Row | null | undefined;
      if (entity) merge(objects[at] as Row, entity);
    }
  }

  function pushEntityErrors(run: PlanRun, errors: readonly SubgraphError[], entityOf: readonly number[]): void {
    const places: Path[] = [];
    placesOf(run.data, path, 0, [], places);
    for (const error of errors) {
      const [, index, ...rest] = error.path ?? [];
      if (typeof index !== 'number') run.errors.push(errorOf(error, error.path && [...path, ...error.path]));
      else for (const [at, place] of places.entries()) if (entityOf[at] === index) run.errors.push(errorOf(error, [...place, ...rest]));
    }
  }

  return async (run) => {
    const objects: Row[] = [];
    gather(run.data, path, 0, objects);
    if (objects.length === 0) return;
    try {
      if (fetch.requires) await fetchEntities(run, objects, fetch.requires);
      else await fetchFields(run, objects);
    } catch (error) {
      run.errors.push(error as GraphQLError);
    }
  };
}

/** Prepares a plan, or answers undefined for one that only the library can run. */
export function prepare(node: PlanNode, tools: PlanTools, path: Path = []): Step | undefined {
  if (node.kind === 'Flatten') return prepare(node.node, tools, [...path, ...node.path]);
  if (node.kind === 'Fetch') {
    const isPlain = !node.inputRewrites?.length && !node.outputRewrites?.length && !node.contextRewrites?.length;
    return isPlain ? prepareFetch(node, path, tools) : undefined;
  }
  if (node.kind !== 'Sequence' && node.kind !== 'Parallel') return undefined;
  const steps: Step[] = [];
  for (const one of node.nodes) {
    const step = prepare(one, tools, path);
    if (!step) return undefined;
    steps.push(step);
  }
  if (node.kind === 'Parallel') return async (run) => void (await Promise.all(steps.map((step) => step(run))));
  return async (run) => {
    for (const step of steps) await step(run);
  };
}
