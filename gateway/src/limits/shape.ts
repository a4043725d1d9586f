/**
 * How big an operation is, before anything is done with it. Each fragment is measured once and counted as often as it is spread, so that
 * doubling fragments cost the attacker a line and us nothing; a cycle is left to validation, which names it. Pure.
 */
import { type ArgumentNode, type DocumentNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode, type SelectionSetNode } from 'graphql';

/** A page asked for by `first` or `last` above this counts as this: the subgraph refuses it anyway. */
const PAGE_COUNTED_MAX = 100;
/** What a page is taken to be when its size is a variable that is not given. */
const PAGE_ASSUMED = 20;

export interface Shape {
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  readonly cost: number;
  /** The cost depends on variables: measure again for each request. */
  readonly isCostVariable: boolean;
}

interface Measure {
  depth: number;
  aliases: number;
  directives: number;
  cost: number;
}

const NOTHING: Readonly<Measure> = { depth: 0, aliases: 0, directives: 0, cost: 0 };

/** Measures one operation of a document, or the biggest of each when none is named. */
export function shapeOf(document: DocumentNode, variables: Readonly<Record<string, unknown>>, operationName?: string | null): Shape {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  const measured = new Map<string, Measure>();
  let isCostVariable = false;

  function pageOf(args: readonly ArgumentNode[] | undefined): number {
    const argument = args?.find(({ name }) => name.value === 'first' || name.value === 'last');
    if (!argument) return 1;
    let size: number = PAGE_ASSUMED;
    if (argument.value.kind === Kind.INT) size = Number(argument.value.value);
    if (argument.value.kind === Kind.VARIABLE) {
      isCostVariable = true;
      const name = argument.value.name.value;
      const given = Object.hasOwn(variables, name) ? variables[name] : undefined;
      if (typeof given === 'number') size = given;
    }
    return Math.min(Math.max(size, 1), PAGE_COUNTED_MAX);
  }

  function ofFragment(name: string): Readonly<Measure> {
    const known = measured.get(name);
    if (known) return known;
    measured.set(name, NOTHING as Measure); // holds while it is being measured: a cycle ends here
    const fragment = fragments.get(name);
    const measure = fragment ? ofSelections(fragment.selectionSet) : NOTHING;
    measured.set(name, measure as Measure);
    return measure;
  }

  function ofSelections(set: SelectionSetNode | undefined): Measure {
    const total: Measure = { ...NOTHING };
    for (const selection of set?.selections ?? []) {
      total.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        if (selection.alias) total.aliases += 1;
        // bounded by graphql-js's own rule for introspection, and not a matter of data
        const isIntrospection = selection.name.value === '__schema' || selection.name.value === '__type';
        const inner = isIntrospection ? NOTHING : ofSelections(selection.selectionSet);
        add(total, inner, 1 + inner.depth, 1 + pageOf(selection.arguments) * inner.cost);
      } else {
        const inner = selection.kind === Kind.INLINE_FRAGMENT ? ofSelections(selection.selectionSet) : ofFragment(selection.name.value);
        add(total, inner, inner.depth, inner.cost);
      }
    }
    return total;
  }

  const all: Measure = { ...NOTHING };
  const chosen = operationName ? operations.filter(({ name }) => name?.value === operationName) : operations;
  for (const operation of chosen) {
    const own = ofSelections(operation.selectionSet);
    all.depth = Math.max(all.depth, own.depth);
    all.aliases = Math.max(all.aliases, own.aliases);
    all.directives = Math.max(all.directives, own.directives + (operation.directives?.length ?? 0));
    all.cost = Math.max(all.cost, own.cost);
  }
  return { ...all, isCostVariable };
}

function add(total: Measure, inner: Readonly<Measure>, depth: number, cost: number): void {
  total.depth = Math.max(total.depth, depth);
  total.aliases += inner.aliases;
  total.directives += inner.directives;
  total.cost += cost;
}
