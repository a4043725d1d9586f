/**
 * Entities are asked for once, however often they occur: fifty claims of one policy send that policy's key once, and its answer is put
 * back in fifty places. Pure.
 */
import type { SubgraphAnswer, SubgraphError } from './client.ts';

export interface Distinct {
  /** Each different representation once. */
  readonly representations: readonly unknown[];
  /** For each original place, its index in `representations`; undefined when all were different. */
  readonly places?: readonly number[];
}

/** Finds the different ones among representations. */
export function distinct(all: readonly unknown[]): Distinct {
  if (all.length < 2) return { representations: all };
  const seen = new Map<string, number>();
  const representations: unknown[] = [];
  const places: number[] = [];
  for (const representation of all) {
    const key = JSON.stringify(representation);
    let at = seen.get(key);
    if (at === undefined) {
      at = representations.length;
      seen.set(key, at);
      representations.push(representation);
    }
    places.push(at);
  }
  return representations.length === all.length ? { representations: all } : { representations, places };
}

/** Puts entities, and the errors of their paths, back into all their places. */
export function expand(answer: SubgraphAnswer, places: readonly number[]): SubgraphAnswer {
  const entities = answer.data?._entities;
  const data = Array.isArray(entities) ? { ...answer.data, _entities: places.map((at) => entities[at]) } : answer.data;
  if (!answer.errors) return { data };
  const errors = answer.errors.flatMap((error): SubgraphError[] => {
    const [root, index, ...rest] = error.path ?? [];
    if (root !== '_entities' || typeof index !== 'number') return [error];
    return places.flatMap((at, place) => (at === index ? [{ ...error, path: ['_entities', place, ...rest] }] : []));
  });
  return { data, errors };
}
