/**
 * `POST /files` and `GET /files/<locator>`: files pass through and are never kept here. The body is the file itself (no forms); its type is
 * told by its bytes, its size is counted as it flows, and it goes to the owning service while it arrives. What comes back is served so
 * that no browser runs it: as an attachment, in a sandbox, with its type fixed. Whoever starts the gateway passes `addFiles` in `routes`.
 */
import { Readable } from 'node:stream';
import type { Identity } from '@olly/kit/auth';
import { appError, notFound, unauthenticated } from '@olly/kit/errors';
import { isLocator } from '@olly/kit/locator';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isText, type MediaType, SNIFFED_BYTES, sniff } from '../files/sniff.ts';
import type { FileAudit, FileStore } from '../files/store.ts';
import type { RouteTools } from '../options.ts';

const MB = 1024 * 1024;
export const FILE_BYTES_MAX = 10 * MB;
/** Bulk files: a scheme's members, a list of codes. */
export const BULK_BYTES_MAX = 25 * MB;
const BULK_TYPES = new Set<MediaType>(['text/csv', 'application/json']);
const NAME_CHARACTERS_MAX = 200;

const bytesMaxOf = (type: MediaType): number => (BULK_TYPES.has(type) ? BULK_BYTES_MAX : FILE_BYTES_MAX);
const tooLarge = (bytesMax: number) => appError('FILE_TOO_LARGE', `The file is larger than ${bytesMax / MB} MB.`);
const wrongType = (message = 'Send a PDF, an image (PNG, JPEG, WebP, HEIC), or text, CSV or JSON in UTF-8.') => appError('FILE_TYPE_REFUSED', message);

/** The name for showing, from a percent-encoded `x-file-name`: no folders, nothing that steers a terminal or turns text around. */
export function shownName(header: string | string[] | undefined): string {
  let name = '';
  try {
    name = typeof header === 'string' ? decodeURIComponent(header) : '';
  } catch {
    // a broken encoding is no name
  }
  const last = name.split(/[/\\]/).at(-1) ?? '';
  return last.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim().slice(0, NAME_CHARACTERS_MAX) || 'file';
}

/** Reads until the type can be told. What was read is the first part of what follows. */
async function readHead(body: AsyncIterator<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  while (length < SNIFFED_BYTES) {
    const { value, done } = await body.next();
    if (done) break;
    chunks.push(value);
    length += value.length;
  }
  return Buffer.concat(chunks);
}

/** The file as it arrives; fails when it becomes too long, and, for text, when it stops being UTF-8. */
async function* checked(head: Buffer, rest: AsyncIterator<Buffer>, type: MediaType): AsyncGenerator<Buffer> {
  const bytesMax = bytesMaxOf(type);
  const decoder = type.startsWith('text/') || type === 'application/json' ? new TextDecoder('utf-8', { fatal: true }) : undefined;
  let bytes = 0;
  for (let chunk: Buffer | undefined = head; chunk; ) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    assertText(decoder, chunk);
    yield chunk;
    const next = await rest.next();
    chunk = next.done ? undefined : next.value;
  }
  assertText(decoder);
}

/** Without a chunk: that the last one ended with a whole character. */
function assertText(decoder: TextDecoder | undefined, chunk?: Buffer): void {
  if (!decoder) return;
  try {
    if (isText(Buffer.from(decoder.decode(chunk, { stream: chunk !== undefined })))) return;
  } catch {
    // the decoder's words say less
  }
  throw wrongType('The file is not text in UTF-8 throughout.');
}

/** Reads what is still to come of a refused file, so that the connection can be used again. The request's timeout ends it. */
async function drain(body: AsyncIterator<Buffer>): Promise<void> {
  try {
    while (!(await body.next()).done);
  } catch {
    // the sender has gone
  }
}

export interface FileRoutes {
  readonly store: FileStore;
  readonly audit: FileAudit;
}

/** Adds both routes; for `GatewayOptions.routes`. */
export async function addFiles(app: FastifyInstance, { identify }: RouteTools, { store, audit }: FileRoutes): Promise<void> {
  async function signedIn(request: FastifyRequest): Promise<Identity> {
    const identity = await identify(request);
    if (identity.kind === 'anonymous') throw unauthenticated('Sign in to send and read files.');
    return identity;
  }

  async function put(request: FastifyRequest, identity: Identity) {
    if (Number(request.headers['content-length'] ?? 0) > BULK_BYTES_MAX) throw tooLarge(BULK_BYTES_MAX);
    const body = (request.body instanceof Readable ? request.body : Readable.from([]))[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    const head = await readHead(body);
    const mediaType = sniff(head.subarray(0, SNIFFED_BYTES));
    if (!mediaType) {
      void drain(body);
      throw wrongType();
    }
    let refusal: unknown;
    async function* watched() {
      try {
        yield* checked(head, body, mediaType as MediaType);
      } catch (error) {
        refusal = error;
        throw error;
      }
    }
    try {
      const stored = await store.put(Readable.from(watched(), { objectMode: false }), { mediaType, name: shownName(request.headers['x-file-name']), requestId: request.id }, identity);
      return { ...stored, mediaType };
    } catch (error) {
      void drain(body);
      // a store wraps what its stream failed with; the reason is the file's
      throw refusal ?? error;
    }
  }

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

    scope.post('/files', async (request, reply) => {
      const identity = await signedIn(request);
      const entry = { action: 'put', subject: identity.subject, requestId: request.id } as const;
      try {
        const stored = await put(request, identity);
        audit.record({ ...entry, outcome: 'done', locator: stored.locator });
        return reply.code(201).header('location', `/files/${stored.locator}`).send(stored);
      } catch (error) {
        audit.record({ ...entry, outcome: 'refused' });
        throw error;
      }
    });

    scope.get<{ Params: { locator: string } }>('/files/:locator', async (request, reply) => {
      const identity = await signedIn(request);
      const { locator } = request.params;
      const file = isLocator(locator) ? await store.get(locator, identity) : undefined;
      const entry = { action: 'get', subject: identity.subject, requestId: request.id, ...(isLocator(locator) && { locator }) } as const;
      if (!file) {
        audit.record({ ...entry, outcome: 'absent' });
        throw notFound('The file');
      }
      audit.record({ ...entry, outcome: 'done' });
      return reply
        .header('content-security-policy', "sandbox; default-src 'none'; frame-ancestors 'none'")
        .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name).replaceAll(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)}`)
        .header('cache-control', 'private, no-store')
        .header('content-length', file.bytes)
        .type(file.mediaType.startsWith('text/') || file.mediaType === 'application/json' ? `${file.mediaType}; charset=utf-8` : file.mediaType)
        .send(file.stream);
    });
  });
}
