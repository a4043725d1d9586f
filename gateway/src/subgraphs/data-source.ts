/**
 * Apollo Gateway's door to one subgraph. Its own data source is most of a gateway's cost; this one is a JSON body, a signature and a
 * pooled connection. Used by `supergraph executor` for every fetch of a query plan.
 */
import type { GraphQLDataSource } from '@apollo/gateway';
import type { SubgraphClient, CallContext } from './client.ts';
import { distinct, expand } from './entities.ts';

/** Wraps a client of a subgraph. The request's context must be a `CallContext`. */
export function dataSourceOf(client: SubgraphClient): GraphQLDataSource<{ call: CallContext }> {
  return {
    async process(options) {
      const { query, variables, operationName } = options.request;
      const all = variables?.representations;
      const { representations, places } = Array.isArray(all) ? distinct(all) : { representations: undefined, places: undefined };
      const body = JSON.stringify({ query, operationName, variables: representations ? { ...variables, representations } : variables });
      const answer = await client.post(body, (options.context as { call: CallContext }).call);
      return (places ? expand(answer, places) : answer) as never;
    },
  };
}
