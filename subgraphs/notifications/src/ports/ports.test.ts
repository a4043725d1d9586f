/** What notifications asks must be what the owners answer: each question is held against the owner's SDL. */
import { buildSchema, readSdl } from '@olly/kit/server';
import { repositoryRoot } from '@olly/kit/testing';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createPorts, type Ports } from './ports.ts';

/** The service that a port's method asks, and its question. */
async function questionOf(ask: (ports: Ports) => Promise<unknown>): Promise<{ service: string; document: string }> {
  const asked: { service: string; document: string }[] = [];
  const ports = createPorts((service) => ({
    query: async (document) => {
      asked.push({ service, document });
      throw new Error('asked');
    },
    close: async () => {},
  }));
  await expect(ask(ports)).rejects.toThrow('asked');
  return asked[0] as { service: string; document: string };
}

describe('the questions of notifications', () => {
  it.each<[string, (ports: Ports) => Promise<unknown>]>([
    ['contacts', (ports) => ports.contacts(['pty_x'])],
    ['a party by id', (ports) => ports.partyLocator('x')],
    ['an account', (ports) => ports.account('acc_x')],
  ])('for %s are ones that the owner understands', async (_title, ask) => {
    const { service, document } = await questionOf(ask);
    expect(validate(buildSchema(readSdl(repositoryRoot(), service), {}), parse(document)).map((error) => error.message)).toEqual([]);
  });
});
