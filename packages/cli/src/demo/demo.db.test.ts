import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createPool, databaseUrl, type EmbeddedPostgres, type Pool, startEmbedded } from '@olly/kit/postgres';
import { decodeJwt } from 'jose';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { prepareDatabases } from '../start/databases.ts';
import { type MailSink, startMailSink } from './mail-sink.ts';
import { savePersona, tokenOf } from './personas.ts';
import { type SeedTarget, seed } from './seeding.ts';

describe('the demo', () => {
  let dir: string;
  let server: EmbeddedPostgres;
  let platform: Pool;
  let env: Record<string, string>;
  let sink: MailSink | undefined;
  const target = (): SeedTarget => ({ url: 'http://127.0.0.1:1', env, dataDir: dir, secret: 's'.repeat(32), subgraphs: {}, say: () => {} });
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'olly-demo-'));
    server = await startEmbedded({ dir, isDurable: false });
    await prepareDatabases(server.url, undefined, ['policy_admin']);
    env = { DATABASE_URL: server.url };
    platform = createPool({ url: databaseUrl('olly_platform', 'service', env), name: 'test' });
  });
  afterAll(async () => {
    await sink?.stop();
    await platform.end();
    await server.stop();
    rmSync(dirname(server.dataDir), { recursive: true, force: true });
    rmSync(dir, { recursive: true, force: true });
  });

  it('gives staff a token at once, and a member one when the seed has said who that is', async () => {
    expect(decodeJwt(await tokenOf(platform, dir, 'adjuster'))).toMatchObject({ sub: 'demo-adjuster', roles: ['adjuster'] });
    await expect(tokenOf(platform, dir, 'member')).rejects.toThrow('not there');
    await expect(tokenOf(platform, dir, 'constructor')).rejects.toThrow('no persona');
    const party = { id: '0199aaaa-0000-7000-8000-000000000001', locator: 'pty_1' };
    await savePersona(platform, { name: 'member', party });
    expect(decodeJwt(await tokenOf(platform, dir, 'member'))).toMatchObject({ party, roles: ['member'] });
  });

  it('goes on with the seed where it was killed, and seeds once', async () => {
    const ran: string[] = [];
    let isKilled = true;
    const steps = [
      { name: 'first', run: async () => void ran.push('first') },
      { name: 'second', run: async () => {
        ran.push('second');
        if (isKilled) throw new Error('killed');
      } },
    ];
    await expect(seed(target(), steps)).rejects.toThrow('at "second": killed');
    isKilled = false;
    expect(await seed(target(), steps)).toBe(true);
    expect(await seed(target(), steps)).toBe(true);
    expect(ran).toEqual(['first', 'second', 'second']);
  });

  it('is never seeded into a system that holds somebody, nor in production', async () => {
    await platform.query('DELETE FROM seed_steps');
    const service = createPool({ url: databaseUrl('policy_admin', 'service', env), name: 'test' });
    await service.query("INSERT INTO policy_admin.parties (id, locator, type, name, created_at, updated_at) VALUES (gen_random_uuid(), 'pty_somebody', 'ORGANISATION', 'Somebody', now(), now())").finally(() => service.end());
    const steps = [{ name: 'first', run: async () => { throw new Error('it ran'); } }];
    expect(await seed(target(), steps)).toBe(false);
    expect(await seed({ ...target(), env: { ...env, NODE_ENV: 'production' } }, steps)).toBe(false);
  });

  it('keeps the e-mail that is sent to it', async () => {
    sink = await startMailSink(env, { info: () => {}, warn: () => {}, error: () => {} });
    const sender = createTransport(sink.url);
    await sender.sendMail({ from: 'Olly <no-reply@olly.example>', to: 'Jörg <joerg@example.org>', subject: 'Grüße', text: 'Hello.' });
    sender.close();
    const { rows } = await platform.query('SELECT sender, recipients, subject, text FROM mails');
    expect(rows).toEqual([{ sender: '"Olly" <no-reply@olly.example>', recipients: '"Jörg" <joerg@example.org>', subject: 'Grüße', text: 'Hello.\n' }]);
  });
});
