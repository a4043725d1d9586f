/**
 * Apollo Server in front of the supergraph: parsing, validation, CSRF prevention, content negotiation and error formatting. Nothing that
 * reports home: no usage, schema or inline traces, no landing page from a CDN.
 */
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled, ApolloServerPluginSchemaReportingDisabled, ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import { formatError, isRequestError } from './http/errors.ts';
import type { GatewayContext } from './http/graphql.ts';
import type { GatewayLog } from './options.ts';

/** Requests that never ran are 200 for `application/json` and 400 for `application/graphql-response+json`. */
const statusOfRequestErrors: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ request, response }) {
        if (response.http.status !== 400 || response.body.kind !== 'single') return;
        const code = response.body.singleResult.errors?.[0]?.extensions?.code;
        const wantsStatus = request.http?.headers.get('accept')?.includes('application/graphql-response+json');
        if (isRequestError(code) && !wantsStatus) response.http.status = 200;
      },
    };
  },
};

export interface ServerOptions {
  readonly gateway: GatewayInterface;
  readonly production: boolean;
  readonly introspection: boolean;
  readonly log: GatewayLog;
}

/** A started server. */
export async function createServer({ gateway, production, introspection, log }: ServerOptions): Promise<ApolloServer<GatewayContext>> {
  const apollo = new ApolloServer<GatewayContext>({
    gateway,
    introspection,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    hideSchemaDetailsFromClientErrors: production,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: production ? 'production' : 'development',
    formatError: formatError(log),
    logger: { debug: () => {}, info: () => {}, warn: (message) => log.warn({}, String(message)), error: (message) => log.error({}, String(message)) },
    plugins: [
      statusOfRequestErrors,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}
