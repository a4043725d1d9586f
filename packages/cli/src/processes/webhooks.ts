/**
 * `POST /webhooks/<provider>`: a payment provider's call goes to billing as the bytes that came, with the signature that came with them; billing checks it before it reads. Nobody is signed in here, and
 * what is refused learns nothing.
 */
import type { GatewayOptions } from '@olly/gateway';
import { serviceIdentity, signRequest } from '@olly/kit/auth';

type App = Parameters<NonNullable<GatewayOptions['routes']>>[0];

const OWNER = 'billing';
const TIMEOUT_MS = 30_000;
const RECEIVE = 'mutation ($input: ReceiveWebhookInput!) { receiveWebhook(input: $input) }';
/** By the header that each provider signs in. */
const SIGNATURES: Readonly<Record<string, string>> = { stripe: 'stripe-signature' };
const STATUSES: Readonly<Record<string, number>> = { DONE: 200, IGNORED: 200, REFUSED: 400, UNKNOWN_PROVIDER: 404 };

/** Adds the route; `url` is billing's GraphQL. */
export async function addWebhooks(app: App, { url, secret }: { url: string; secret: string }): Promise<void> {
  async function receive(input: { provider: string; signature: string; body: string }): Promise<number> {
    const body = JSON.stringify({ query: RECEIVE, variables: { input } });
    const headers = { 'content-type': 'application/json', ...signRequest({ secret, subgraph: OWNER, identity: serviceIdentity('gateway'), body }) };
    const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => undefined);
    const answer = response?.ok ? ((await response.json()) as { data?: { receiveWebhook?: string } }) : undefined;
    // Not done: the provider calls again.
    return STATUSES[answer?.data?.receiveWebhook ?? ''] ?? 503;
  }
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    scope.post<{ Params: { provider: string } }>('/webhooks/:provider', async (request, reply) => {
      const { provider } = request.params;
      const signature = request.headers[SIGNATURES[provider] ?? ''];
      if (!Object.hasOwn(SIGNATURES, provider)) return reply.code(404).send({ received: false });
      if (typeof signature !== 'string' || typeof request.body !== 'string') return reply.code(400).send({ received: false });
      const status = await receive({ provider, signature, body: request.body });
      return reply.code(status).send({ received: status === 200 });
    });
  });
}
