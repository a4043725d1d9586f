/**
 * From what the subgraphs sent to what the caller asked for: the operation's fields in its order, under its names, null where the schema
 * allows it. Prepared once per operation: which fields an object of each type shows is found out the first time and kept.
 */
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Row } from './plan.ts';

export interface CompletionError {
  readonly message: string;
  readonly path: readonly (string | number)[];
  readonly extensions: { readonly code: 'INVALID_GRAPHQL' };
}

export interface Shaped {
  readonly data: Row | null;
  /** Where a subgraph's answer did not fit the schema. */
  readonly invalid: readonly CompletionError[];
}

interface State {
  readonly path: (string | number)[];
  readonly invalid: CompletionError[];
}

/** Null because of what has been noted already; a null that must go up to the nearest field that may be null. */
const FAILED = Symbol('failed');
const BUBBLE = Symbol('bubble');

/** Completes a value; `parent` names the object's type it was found in. */
type Complete = (value: unknown, parent: string, state: State) => unknown;
interface ShownField {
  readonly key: string;
  /** Undefined for `__typename`. */
  readonly complete: Complete | undefined;
}

const INT_MAX = 2_147_483_647;
const LEAVES: Readonly<Record<string, (value: unknown) => boolean>> = {
  Int: (value) => Number.isInteger(value) && Math.abs(value as number) <= INT_MAX,
  Float: (value) => typeof value === 'number',
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  ID: (value) => typeof value === 'string' || typeof value === 'number',
};

const note = (state: State, message: string): void => {
  state.invalid.push({ message, path: [...state.path], extensions: { code: 'INVALID_GRAPHQL' } });
};

/** How a message names the place where the path ends. */
function placeOf(type: GraphQLOutputType, parent: string, { path }: State): string {
  const last = path.at(-1);
  return typeof last === 'number' ? `array element of type ${String(type)} at index ${last}` : `field ${parent}.${last}`;
}

/** Prepares the shape of one operation. */
export function shaper(schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Readonly<Record<string, FragmentDefinitionNode>>): (input: Row) => Shaped {
  function applies(condition: string | undefined, typeName: string): boolean {
    if (condition === undefined || condition === typeName) return true;
    const wanted = schema.getType(condition);
    const type = schema.getType(typeName);
    return isAbstractType(wanted) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wanted, type);
  }

  function collect(set: SelectionSetNode, typeName: string, into: Map<string, FieldNode[]>): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        const known = into.get(key);
        if (known) known.push(selection);
        else into.set(key, [selection]);
        continue;
      }
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments[selection.name.value];
      if (fragment && applies(fragment.typeCondition?.name.value, typeName)) collect(fragment.selectionSet, typeName, into);
    }
  }

  function fieldsOf(sets: readonly SelectionSetNode[], typeName: string): readonly ShownField[] {
    const grouped = new Map<string, FieldNode[]>();
    for (const set of sets) collect(set, typeName, grouped);
    const type = schema.getType(typeName);
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return [...grouped].map(([key, nodes]) => {
      const name = nodes[0]?.name.value ?? '';
      if (name === '__typename') return { key, complete: undefined };
      const field = type.getFields()[name];
      if (!field) throw new Error(`No field ${typeName}.${name}`);
      return { key, complete: completerOf(field.type, nodes.flatMap((node) => node.selectionSet ?? [])) };
    });
  }

  function completerOf(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Complete {
    if (isNonNullType(type)) {
      const inner = completerOf(type.ofType, sets);
      return (value, parent, state) => {
        const completed = inner(value, parent, state);
        if (completed === null) note(state, `Cannot return null for non-nullable ${placeOf(type.ofType, parent, state)}.`);
        return completed === null || completed === FAILED ? BUBBLE : completed;
      };
    }
    if (isListType(type)) return listCompleter(completerOf(type.ofType, sets));
    if (isLeafType(type)) {
      const isValid = isEnumType(type) ? (value: unknown) => typeof value === 'string' && type.getValue(value) !== undefined : LEAVES[type.name];
      if (!isValid) return (value) => value ?? null;
      return (value, parent, state) => {
        if (value === null || value === undefined) return null;
        if (isValid(value)) return value;
        note(state, `Invalid value found for ${placeOf(type, parent, state)}.`);
        return FAILED;
      };
    }
    return objectCompleter(type, sets);
  }

  function listCompleter(element: Complete): Complete {
    return (value, parent, state) => {
      if (value === null || value === undefined) return null;
      if (!Array.isArray(value)) throw new Error('A subgraph answered with something else than a list');
      let isNullified = false;
      const completed = value.map((one, index) => {
        state.path.push(index);
        const result = element(one, parent, state);
        state.path.pop();
        isNullified ||= result === BUBBLE;
        return result === FAILED ? null : result;
      });
      return isNullified ? FAILED : completed;
    };
  }

  function objectCompleter(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Complete {
    const staticName = getNamedType(type).name;
    const shown = new Map<string, readonly ShownField[]>();
    return (value, parent, state) => {
      if (value === null || value === undefined) return null;
      if (typeof value !== 'object') throw new Error('A subgraph answered with something else than an object');
      const typeName = ((value as Row).__typename as string | undefined) ?? staticName;
      let fields = shown.get(typeName);
      if (!fields) {
        if (!schema.getType(typeName)) {
          note(state, `Invalid __typename found for object at ${placeOf(type, parent, state)}.`);
          return FAILED;
        }
        fields = fieldsOf(sets, typeName);
        shown.set(typeName, fields);
      }
      return showFields(value as Row, fields, typeName, state) ?? FAILED;
    };
  }

  const isObjectName = (name: string): boolean => isObjectType(schema.getType(name));

  /** The object as it is shown; undefined when one of its fields may not be null and is. */
  function showFields(input: Row, fields: readonly ShownField[], typeName: string, state: State): Row | undefined {
    const output: Row = {};
    for (const { key, complete } of fields) {
      if (!complete) {
        if (!isObjectName(typeName)) return undefined;
        output[key] = typeName;
        continue;
      }
      state.path.push(key);
      const completed = complete(input[key], typeName, state);
      state.path.pop();
      if (completed === BUBBLE) return undefined;
      output[key] = completed === FAILED ? null : completed;
    }
    return output;
  }

  const rootName = schema.getRootType(operation.operation)?.name ?? '';
  const rootFields = fieldsOf([operation.selectionSet], rootName);
  return (input) => {
    const state: State = { path: [], invalid: [] };
    return { data: showFields(input, rootFields, rootName, state) ?? null, invalid: state.invalid };
  };
}
