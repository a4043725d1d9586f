/**
 * Lets operations in or turns them away by size. A document is parsed here once; what was let in is remembered by its text, so that the
 * next request with it costs one look-up. What does not parse passes: Apollo Server says what is wrong with it.
 */
import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { Lru } from '../lru.ts';
import type { QueryLimits } from '../options.ts';
import { type Shape, shapeOf } from './shape.ts';

const DOCUMENTS_KEPT_MAX = 2_000;
/** A longer text is measured each time, so that long strings in documents cannot fill the memory. */
const KEPT_CHARACTERS_MAX = 20_000;

export interface Violation {
  readonly code: 'DEPTH_LIMIT' | 'ALIAS_LIMIT' | 'DIRECTIVE_LIMIT' | 'TOKEN_LIMIT' | 'COST_LIMIT';
  readonly message: string;
}

export interface OperationRequest {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
}

const isTokenLimit = (error: unknown): boolean => error instanceof GraphQLError && error.message.includes('Parsing aborted');

function violationOf(shape: Shape, limits: QueryLimits): Violation | undefined {
  const over = (what: string, found: number, max: number) => `The operation has ${what} ${Math.min(found, Number.MAX_SAFE_INTEGER)}; ${max} is the most.`;
  if (shape.depth > limits.depthMax) return { code: 'DEPTH_LIMIT', message: over('a depth of', shape.depth, limits.depthMax) };
  if (shape.aliases > limits.aliasesMax) return { code: 'ALIAS_LIMIT', message: over('aliases:', shape.aliases, limits.aliasesMax) };
  if (shape.directives > limits.directivesMax) return { code: 'DIRECTIVE_LIMIT', message: over('directives:', shape.directives, limits.directivesMax) };
  if (shape.cost > limits.costMax) return { code: 'COST_LIMIT', message: over('a cost of', shape.cost, limits.costMax) };
  return undefined;
}

/** A gate with the given limits. Answers the violation, or undefined for what may pass. */
export function createGate(limits: QueryLimits): (request: OperationRequest) => Violation | undefined {
  /** The document where its cost depends on variables, `true` where it is let in for good. */
  const admitted = new Lru<string, DocumentNode | true>(DOCUMENTS_KEPT_MAX);
  return ({ query, operationName, variables }) => {
    const known = admitted.get(query);
    if (known === true) return undefined;
    let document = known;
    if (!document) {
      try {
        document = parse(query, { maxTokens: limits.tokensMax, noLocation: true });
      } catch (error) {
        if (!isTokenLimit(error)) return undefined;
        return { code: 'TOKEN_LIMIT', message: `The document has more than ${limits.tokensMax} tokens.` };
      }
    }
    // for good means: whichever of its operations is named
    const shape = shapeOf(document, variables ?? {}, known ? operationName : null);
    const violation = violationOf(shape, limits);
    if (!violation && query.length <= KEPT_CHARACTERS_MAX) admitted.set(query, shape.isCostVariable ? document : true);
    return violation;
  };
}
