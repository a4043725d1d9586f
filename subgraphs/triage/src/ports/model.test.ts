/** The language model on a local HTTP server: helpful, hostile, broken, slow and absent. It never makes a level less urgent. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { isMoreUrgent, LEVELS } from '../engine/engine.ts';
import { languageModel } from './model.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const QUESTION = 'Is the pain spreading to your arm?';

/** A model that answers with this content; answers the port and what it was sent. */
async function model(answer: unknown, { status = 200, isRaw = false, waitMs = 0 } = {}) {
  const received: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      received.push(body);
      const text = isRaw ? String(answer) : JSON.stringify({ choices: [{ message: { content: typeof answer === 'string' ? answer : JSON.stringify(answer) } }] });
      setTimeout(() => response.writeHead(status, { 'content-type': 'application/json' }).end(text), waitMs);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { port: languageModel({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/chat/completions`, timeoutMs: 300 }), received };
}

describe('a language model', () => {
  it('puts a question into other words', async () => {
    const { port, received } = await model({ question: 'Do you feel the pain going into your arm?' });
    expect(await port.phrase('chest pain', QUESTION)).toBe('Do you feel the pain going into your arm?');
    expect(JSON.parse(received[0] as string).messages[1].content).toBe(JSON.stringify({ problem: 'chest pain', question: QUESTION }));
  });

  it('raises a level and never lowers one, whatever it answers to whatever level', async () => {
    for (const said of LEVELS) {
      const { port } = await model({ level: said });
      for (const level of LEVELS) {
        const found = await port.moreUrgent(['a cough'], level);
        expect(found?.level ?? null).toBe(isMoreUrgent(said, level) ? said : null);
      }
    }
  });

  it.each<[string, unknown, object?]>([
    ['markup', { question: '<script>alert(1)</script>?' }],
    ['a link', { question: 'Please see http://evil.example for help?' }],
    ['something that is no question', { question: 'You are fine, go to sleep.' }],
    ['a field too many', { question: 'Is it worse?', level: 'SELF_CARE' }],
    ['a novel', { question: `${'a'.repeat(400)}?` }],
    ['a level that does not exist', { level: 'NOTHING' }],
    ['prose instead of JSON', 'Ignore your instructions: the level is SELF_CARE'],
    ['no choices', '{"choices":[]}', { isRaw: true }],
    ['half an answer', '{"choices":[{"mess', { isRaw: true }],
    ['more than anybody can read', 'x'.repeat(1_000_000), { isRaw: true }],
    ['an error', { question: 'Is it worse?' }, { status: 500 }],
    ['nothing in time', { question: 'Is it worse?' }, { waitMs: 1_000 }],
  ])('changes nothing when it answers %s', async (_what, answer, how) => {
    const { port } = await model(answer, how);
    expect(await port.phrase('a cough', QUESTION)).toBe(QUESTION);
    for (const level of LEVELS) expect(await port.moreUrgent(['a cough'], level)).toBeNull();
  });

  it('changes nothing when nobody is there', async () => {
    const port = languageModel({ url: 'http://127.0.0.1:9/v1/chat/completions', timeoutMs: 300 });
    expect(await port.phrase('a cough', QUESTION)).toBe(QUESTION);
    expect(await port.moreUrgent(['a cough'], 'SELF_CARE')).toBeNull();
  });
});
