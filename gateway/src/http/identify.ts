/**
 * Who asks: nobody, or the bearer of a valid token. Identity headers sent by a client are never read. Also what a request carries for
 * tracing: a request id and a W3C trace context, taken over when well-formed, else made here.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { ANONYMOUS, type Identity, type JwtVerifier } from '@olly/kit/auth';
import { unauthenticated } from '@olly/kit/errors';
import type { FastifyRequest } from 'fastify';

const BEARER = /^Bearer ([\w-]+\.[\w-]+\.[\w-]*)$/i;
const REQUEST_ID = /^[\w.-]{1,64}$/;
const TRACEPARENT = /^00-([0-9a-f]{32})-[0-9a-f]{16}-([0-9a-f]{2})$/;

/** The identity at once where it is known, else a promise. Throws or rejects with UNAUTHENTICATED. */
export function identify(request: FastifyRequest, jwt: JwtVerifier): Identity | Promise<Identity> {
  const header = request.headers.authorization;
  if (header === undefined) return ANONYMOUS;
  const token = BEARER.exec(header)?.[1];
  if (token === undefined) throw unauthenticated('The access token is not valid.');
  return jwt.verify(token);
}

/** The caller's request id, or a new one. */
export function requestIdOf(given: string | string[] | undefined): string {
  return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
}

let spanPrefix = randomBytes(4).toString('hex');
let spanCount = 0;
/** Span ids need be unique, not secret: a random half per process and a counter. */
function nextSpan(): string {
  spanCount += 1;
  if (spanCount > 0xffffffff) {
    spanPrefix = randomBytes(4).toString('hex');
    spanCount = 1;
  }
  return spanPrefix + spanCount.toString(16).padStart(8, '0');
}

/** The trace context for what this request causes: the caller's trace, or a new one, with a span of ours. */
export function traceparentOf(given: string | string[] | undefined): string {
  const match = typeof given === 'string' ? TRACEPARENT.exec(given) : null;
  return match ? `00-${match[1]}-${nextSpan()}-${match[2]}` : `00-${randomUUID().replaceAll('-', '')}-${nextSpan()}-01`;
}
