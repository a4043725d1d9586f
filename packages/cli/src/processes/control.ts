/**
 * A process's own small HTTP server, on this machine only unless told: `/healthz`, `/metrics`, `/clock`, and what else the process can be asked. What changes
 * anything wants the service secret.
 */
import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ControlOptions {
  readonly port?: number;
  readonly host?: string;
  readonly secret: string;
  readonly metrics: () => Promise<string>;
  readonly offsetMs: () => number;
  /** By path, `POST` with the secret as bearer token; answers JSON. */
  readonly actions?: Readonly<Record<string, () => Promise<unknown>>>;
}

export interface Control {
  readonly url: string;
  stop(): Promise<void>;
}

function knows(secret: string, request: IncomingMessage): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${secret}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

export async function startControl({ port = 0, host = '127.0.0.1', secret, metrics, offsetMs, actions = {} }: ControlOptions): Promise<Control> {
  async function answer(request: IncomingMessage): Promise<readonly [status: number, body: unknown]> {
    const { method, url = '/' } = request;
    if (method === 'GET' && url === '/healthz') return [200, { status: 'ok' }];
    if (method === 'GET' && url === '/clock') return [200, { offsetMs: offsetMs() }];
    if (method === 'GET' && url === '/metrics') return [200, await metrics()];
    const action = method === 'POST' && Object.hasOwn(actions, url) ? actions[url] : undefined;
    if (!action) return [404, { error: 'There is nothing here.' }];
    return knows(secret, request) ? [200, await action()] : [401, { error: 'Say the service secret.' }];
  }
  const server = createServer((request, response) => {
    request.resume();
    answer(request)
      .catch(() => [500, { error: 'It failed.' }] as const)
      .then(([status, body]) => {
        response.writeHead(status, { 'content-type': typeof body === 'string' ? 'text/plain; version=0.0.4; charset=utf-8' : 'application/json' });
        response.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
