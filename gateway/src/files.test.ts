import { createReadStream, createWriteStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { newLocator } from '@olly/kit/locator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileAudit, FileMeta, FileStore } from './files/store.ts';
import { addFiles, shownName } from './http/files.ts';
import { type Harness, startHarness } from './testing/harness.ts';

const MB = 1024 * 1024;

/** Keeps files in a folder and shows each to its sender only. */
function folderStore(dir: string): FileStore {
  const about = (locator: string) => join(dir, `${locator}.json`);
  return {
    async put(stream, meta, identity) {
      const locator = newLocator('fil');
      try {
        await pipeline(stream, createWriteStream(join(dir, locator)));
      } catch (error) {
        rmSync(join(dir, locator), { force: true });
        throw new Error('the stream broke', { cause: error });
      }
      writeFileSync(about(locator), JSON.stringify({ ...meta, owner: identity.subject }));
      return { locator, bytes: statSync(join(dir, locator)).size };
    },
    async get(locator, identity) {
      if (!existsSync(about(locator))) return undefined;
      const { owner, mediaType, name } = JSON.parse(readFileSync(about(locator), 'utf8')) as FileMeta & { owner: string };
      if (owner !== identity.subject) return undefined;
      return { mediaType, name, bytes: statSync(join(dir, locator)).size, stream: createReadStream(join(dir, locator)) };
    },
  };
}

describe('files', () => {
  let house: Harness;
  let ada: string;
  let bo: string;
  const dir = mkdtempSync(join(tmpdir(), 'olly-files-'));
  const audited: Parameters<FileAudit['record']>[0][] = [];
  beforeAll(async () => {
    const files = { store: folderStore(dir), audit: { record: (entry: (typeof audited)[number]) => void audited.push(entry) } };
    house = await startHarness({ routes: (app, tools) => addFiles(app, tools, files) });
    ada = await house.token();
    bo = await house.token({ subject: 'bo' });
  });
  afterAll(async () => {
    await house.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  const send = (body: BodyInit, headers: Record<string, string> = {}) =>
    house.send('/files', { method: 'POST', body, headers: { authorization: `Bearer ${ada}`, 'content-type': 'application/octet-stream', ...headers } });
  const read = (locator: string, token?: string) => house.send(`/files/${locator}`, { headers: token ? { authorization: `Bearer ${token}` } : {} });
  const pdf = (bytes = 100) => Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(bytes)]);

  it('are kept under a locator and come back as they were, fenced in', async () => {
    const sent = await send(pdf(), { 'x-file-name': encodeURIComponent('../../Rechnung März.pdf') });
    const { locator, bytes, mediaType } = JSON.parse(sent.text) as { locator: string; bytes: number; mediaType: string };
    expect([sent.status, bytes, mediaType, sent.headers.get('location')]).toEqual([201, 109, 'application/pdf', `/files/${locator}`]);
    const { status, headers, text } = await read(locator, ada);
    expect([status, text]).toEqual([200, pdf().toString()]);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/pdf',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'; frame-ancestors 'none'",
      'content-disposition': "attachment; filename*=UTF-8''Rechnung%20M%C3%A4rz.pdf",
      'cache-control': 'private, no-store',
    });
    expect(audited.slice(-2)).toMatchObject([{ action: 'put', outcome: 'done', subject: 'ada', locator }, { action: 'get', outcome: 'done', subject: 'ada', locator }]);
  });

  it('of somebody else are absent, exactly as those that never were', async () => {
    const { locator } = JSON.parse((await send(pdf())).text) as { locator: string };
    const theirs = await read(locator, bo);
    expect(audited.at(-1)).toMatchObject({ action: 'get', outcome: 'absent', subject: 'bo', locator });
    for (const other of [newLocator('fil'), '..%2f..%2fetc%2fpasswd', 'x']) {
      const absent = await read(other, ada);
      expect([absent.status, absent.text]).toEqual([theirs.status, theirs.text]);
    }
    expect([theirs.status, theirs.codes]).toEqual([404, ['NOT_FOUND']]);
  });

  it('are for signed-in people', async () => {
    for (const { status, codes } of [await read(newLocator('fil')), await house.send('/files', { method: 'POST', body: pdf() })]) {
      expect([status, codes]).toEqual([401, ['UNAUTHENTICATED']]);
    }
  });

  it.each([
    ['a web page', '<!doctype html><script>alert(1)</script>'],
    ['an SVG image', '\uFEFF  <svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'],
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0])],
    ['an archive', Buffer.from([0x50, 0x4b, 3, 4, 0, 0])],
    ['text in another encoding', Buffer.from('Gesundheitspr\xfcfung', 'latin1')],
    ['nothing', ''],
  ])('are refused when they are %s, whatever the sender calls them', async (_what, body) => {
    const { status, codes } = await send(body, { 'content-type': 'application/pdf', 'x-file-name': 'bill.pdf' });
    expect([status, codes]).toEqual([415, ['FILE_TYPE_REFUSED']]);
    expect(audited.at(-1)).toMatchObject({ action: 'put', outcome: 'refused' });
  });

  it.each([
    ['image/png', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0])],
    ['image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0])],
    ['image/webp', Buffer.from('RIFF\0\0\0\0WEBPVP8 ', 'latin1')],
    ['image/heic', Buffer.from('\0\0\0\x18ftypheic\0\0', 'latin1')],
    ['application/json', Buffer.from(' {"members": []}')],
    ['text/csv', Buffer.from('name;born\nÅse;1980-01-01\nBo;1990-01-01\n')],
    ['text/plain', Buffer.from('Dear insurer, it hurts.')],
  ])('are known as %s by their bytes', async (mediaType, body) => {
    expect(JSON.parse((await send(body)).text)).toMatchObject({ mediaType, bytes: body.length });
  });

  it('may have 10 MB, bulk files 25 MB; nothing of a longer one is kept', async () => {
    const before = readdirSync(dir).length;
    const csv = (bytes: number) => Buffer.alloc(bytes, 'name;born\n');
    expect((await send(pdf(10 * MB))).codes).toEqual(['FILE_TOO_LARGE']);
    expect((await send(csv(26 * MB))).status).toBe(413);
    const chunked = new ReadableStream({
      start(stream) {
        stream.enqueue(pdf());
        for (let i = 0; i < 11; i += 1) stream.enqueue(Buffer.alloc(MB));
        stream.close();
      },
    });
    const endless = await house.send('/files', { method: 'POST', body: chunked, headers: { authorization: `Bearer ${ada}` }, duplex: 'half' } as RequestInit);
    expect([endless.status, endless.codes]).toEqual([413, ['FILE_TOO_LARGE']]);
    expect(readdirSync(dir)).toHaveLength(before);
    expect((await send(csv(20 * MB))).status).toBe(201);
  });

  it('of text are UTF-8 to the end, also where a chunk cuts a character in two', async () => {
    const before = readdirSync(dir).length;
    const broken = Buffer.concat([Buffer.alloc(100_000, 'name;born\n'), Buffer.from([0xc3])]);
    const { status, errors } = await send(broken);
    expect([status, errors?.[0]?.message]).toEqual([415, 'The file is not text in UTF-8 throughout.']);
    expect(readdirSync(dir)).toHaveLength(before);
    for (const shift of ['', 'a', 'ab', 'abc']) expect((await send(Buffer.from(`${shift}${'€𝄞'.repeat(30_000)}`))).status).toBe(201);
  });

  it('have names that nobody can be tricked by', () => {
    expect([shownName('..%2F..%2Fa%0d%0ab.pdf'), shownName('%E0%A4%A'), shownName(undefined), shownName('invoice%E2%80%AEfdp.exe'), shownName(`${'a'.repeat(500)}`).length]).toEqual(['ab.pdf', 'file', 'file', 'invoicefdp.exe', 200]);
  });
});
