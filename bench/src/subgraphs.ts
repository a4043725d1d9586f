/**
 * The subgraph bench: an `_entities` query as a gateway sends it, to a subgraph served by the kit and to the same schema and resolvers on a
 * standalone Apollo Server. Both check the same signature; the one under test has core 0, the load core 1.
 */
import type { Identity } from '@olly/kit/auth';
import { CORE_UNDER_TEST, compare, noteOf, type Side } from './compare.ts';
import type { Figure } from './figure.ts';
import { FIXTURES, SECRET } from './gateways.ts';
import { start } from './spawn.ts';

const QUERY = 'query($representations:[_Any!]!){_entities(representations:$representations){...on Book{reviews{id stars text author{__typename id}}}}}';
const IDENTITY: Identity = { subject: 'reader', kind: 'person', roles: ['member'], scopes: [], actsFor: {} };
const representations = Array.from({ length: 20 }, (_, i) => ({ __typename: 'Book', isbn: `978-${i}` }));

/** Against Apollo Server's standalone server. */
export async function subgraphVsStock(): Promise<Figure> {
  const stops: (() => Promise<void>)[] = [];
  const side = async (name: string): Promise<Side> => {
    const running = await start<{ urls: Record<string, string> }>(name, CORE_UNDER_TEST, { root: FIXTURES, secret: SECRET });
    stops.push(running.stop);
    return {
      name,
      process: running,
      load: {
        url: running.ready.urls.reviews ?? '',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query: QUERY, variables: { representations } }),
        sign: { secret: SECRET, subgraph: 'reviews', identity: IDENTITY },
      },
    };
  };
  try {
    const comparison = await compare(await side('subgraphs'), await side('subgraph-stock'));
    const { ours, other, ratio } = comparison;
    const note = noteOf('twenty entities (a page) with 60 children; other: @apollo/server 5.5.1 standalone', comparison);
    return { figure: 'subgraph_vs_stock', ours: ours.perSecond, other: other.perSecond, ratio, unit: 'operations/s', note };
  } finally {
    for (const stop of stops) await stop();
  }
}
