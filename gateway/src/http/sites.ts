/**
 * Static pages (built by Vite, no CDN) and, outside production, a token for each demo persona, so that the playground can be tried as
 * anybody. The pages' policy allows what a bundled editor needs: styles set by script, workers and fonts of our own origin.
 */
import { existsSync } from 'node:fs';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { GatewayOptions, StaticSite } from '../options.ts';
import { errorBody } from './errors.ts';

const PAGE_CSP = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Serves each site whose folder exists; its root answers with and without the slash. */
export async function addSites(app: FastifyInstance, sites: readonly StaticSite[]): Promise<void> {
  for (const { prefix, dir } of sites.filter((site) => existsSync(site.dir))) {
    await app.register(async (scope) => {
      await scope.register(fastifyStatic, {
        root: dir,
        prefix,
        redirect: true,
        setHeaders: (response, path) => {
          response.header('content-security-policy', PAGE_CSP);
          response.header('cache-control', /[.-][\w-]{8,}\.\w+$/.test(path) && !path.endsWith('.html') ? 'public, max-age=31536000, immutable' : 'no-cache');
        },
      });
    });
  }
}

/** The demo's tokens. Not there at all in production. */
export function addDemoTokens(app: FastifyInstance, demo: GatewayOptions['demoTokens'], production: boolean): void {
  if (!demo || production) return;
  app.get('/demo/personas', (_request, reply) => reply.send({ personas: demo.personas }));
  app.get<{ Querystring: { persona?: string } }>('/demo/token', async (request, reply) => {
    const { persona } = request.query;
    if (persona === undefined || !demo.personas.includes(persona)) {
      return reply.code(400).type('application/json; charset=utf-8').send(errorBody('BAD_USER_INPUT', `persona: one of ${demo.personas.join(', ')}`));
    }
    return reply.header('cache-control', 'no-store').send({ persona, token: await demo.sign(persona) });
  });
}
