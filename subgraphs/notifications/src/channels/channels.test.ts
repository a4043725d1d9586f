/** The adapters against servers that speak the other side's protocol: SMTP by smtp-server, Twilio's and Firebase's HTTP by a server that keeps what it is sent. */
import { createServer, type Server } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ChannelFailure, type Message } from './channel.ts';
import { emailChannel } from './email.ts';
import { pushChannel } from './push.ts';
import { smsChannel } from './sms.ts';

const message: Message = { key: 'e1.p1.email', locator: 'ntf_x', address: 'ada@example.org', subject: 'Your claim was paid – £5', body: 'Dear Ada,\n\n.\nBye\n' };
const failure = (run: Promise<unknown>) => run.then(() => null, (error: unknown) => (error instanceof ChannelFailure ? [error.reason, error.isPermanent] : error));

describe('e-mail', () => {
  const mails: { from: string; to: string[]; raw: string }[] = [];
  let smtp: SMTPServer;
  let url: string;
  beforeAll(async () => {
    smtp = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      onRcptTo({ address }, _session, done) {
        const code = address.startsWith('gone') ? 550 : address.startsWith('full') ? 452 : null;
        done(code ? Object.assign(new Error(`${address} is not here`), { responseCode: code }) : undefined);
      },
      onData(stream, session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const { mailFrom, rcptTo } = session.envelope;
          mails.push({ from: mailFrom ? mailFrom.address : '', to: rcptTo.map((one) => one.address), raw: Buffer.concat(chunks).toString('utf8') });
          done();
        });
      },
    });
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    url = `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>((resolve) => smtp.close(() => resolve())));
  const channel = (at = url) => emailChannel({ url: at, from: 'Olly <no-reply@olly.example>' });

  it('arrives with a Message-ID made from event, party and channel, the same at every try', async () => {
    await channel().send(message);
    await channel().send(message);
    expect(mails.map((mail) => [mail.from, mail.to])).toEqual([['no-reply@olly.example', ['ada@example.org']], ['no-reply@olly.example', ['ada@example.org']]]);
    for (const { raw } of mails) {
      expect(raw).toContain('Message-ID: <e1.p1.email@olly.example>');
      expect(raw).toMatch(/^Subject: =\?UTF-8\?/m);
      expect(raw).toContain('Auto-Submitted: auto-generated');
    }
  });

  it.each([
    ['a subject with a second header', { subject: 'a\r\nBcc: all@example.org' }, 'HEADER_INVALID'],
    ['an address with a second header', { address: 'a@b.example\nBcc: all@example.org' }, 'HEADER_INVALID'],
    ['a list of addresses', { address: 'a@b.example, all@example.org' }, 'ADDRESS_INVALID'],
    ['an address with a name', { address: '<all@example.org> a@b.example' }, 'ADDRESS_INVALID'],
  ])('refuses %s for good, before anything is sent', async (_title, more, reason) => {
    const before = mails.length;
    expect(await failure(channel().send({ ...message, ...more }))).toEqual([reason, true]);
    expect(mails).toHaveLength(before);
  });

  it('tells a mailbox that is gone from one that is full and a server that is away, by code and without the address', async () => {
    expect(await failure(channel().send({ ...message, address: 'gone@example.org' }))).toEqual(['SMTP_550', true]);
    expect(await failure(channel().send({ ...message, address: 'full@example.org' }))).toEqual(['SMTP_452', false]);
    expect(await failure(channel('smtp://127.0.0.1:1').send(message))).toEqual(['SMTP_ESOCKET', false]);
  });
});

describe('providers over HTTP', () => {
  const requests: { url: string; headers: Record<string, unknown>; body: string }[] = [];
  const answers: { status: number; body: object }[] = [];
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        requests.push({ url: request.url ?? '', headers: request.headers, body });
        const answer = answers.shift() ?? { status: 200, body: {} };
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

  it('sends a text as Twilio wants it, with the heading only', async () => {
    const sms = smsChannel({ url, account: 'AC1', token: 'secret', from: '+15550199' });
    await sms.send({ ...message, address: '+44 20 7946 0018' });
    const [request] = requests.splice(0);
    expect(request?.url).toBe('/2010-04-01/Accounts/AC1/Messages.json');
    expect(request?.headers.authorization).toBe(`Basic ${Buffer.from('AC1:secret').toString('base64')}`);
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({ To: '+442079460018', From: '+15550199', Body: 'Your claim was paid – £5 (ntf_x)' });
    answers.push({ status: 400, body: {} }, { status: 429, body: {} }, { status: 503, body: {} });
    expect(await failure(sms.send({ ...message, address: '+15550100' }))).toEqual(['SMS_400', true]);
    expect(await failure(sms.send({ ...message, address: '+15550100' }))).toEqual(['SMS_429', false]);
    expect(await failure(sms.send({ ...message, address: '+15550100' }))).toEqual(['SMS_503', false]);
    expect(await failure(sms.send({ ...message, address: '020 7946 0018' }))).toEqual(['ADDRESS_INVALID', true]);
    requests.splice(0);
  });

  it('sends a push message as Firebase wants it, and asks for one token for many messages', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } });
    const push = pushChannel(JSON.stringify({ project_id: 'olly-1', client_email: 'push@olly.example', private_key: privateKey, token_uri: `${url}/token`, api_url: url }));
    answers.push({ status: 200, body: { access_token: 'T', expires_in: 3600 } });
    await push.send({ ...message, address: 'device-1' });
    await push.send({ ...message, address: 'device-2' });
    expect(requests.map((request) => request.url)).toEqual(['/token', '/v1/projects/olly-1/messages:send', '/v1/projects/olly-1/messages:send']);
    expect(requests[1]?.headers.authorization).toBe('Bearer T');
    expect(JSON.parse(requests[2]?.body ?? '')).toEqual({ message: { token: 'device-2', notification: { title: message.subject }, data: { notification: 'ntf_x' } } });
    const [, claims] = (new URLSearchParams(requests[0]?.body).get('assertion') ?? '').split('.');
    expect(JSON.parse(Buffer.from(claims ?? '', 'base64url').toString())).toMatchObject({ iss: 'push@olly.example', aud: `${url}/token`, scope: 'https://www.googleapis.com/auth/firebase.messaging' });
    answers.push({ status: 404, body: {} });
    expect(await failure(push.send({ ...message, address: 'gone' }))).toEqual(['PUSH_404', true]);
  });
});
