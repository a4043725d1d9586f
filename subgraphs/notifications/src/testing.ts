/** A mail server, other services and events for the tests of notifications. */
import type { AddressInfo } from 'node:net';
import { newId, newLocator } from '@olly/kit/locator';
import type { CloudEvent } from '@olly/kit/outbox';
import type { FakeServices } from '@olly/kit/testing';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  readonly to: string;
  /** As it came, with folded headers on one line. */
  readonly raw: string;
}

/** Takes mail for everybody but `gone…` (refused for good) and, while told to, for nobody (try again later). */
export async function mailServer() {
  const mails: Mail[] = [];
  let isBusy = false;
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo({ address }, _session, done) {
      const code = isBusy ? 451 : address.startsWith('gone') ? 550 : null;
      done(code ? Object.assign(new Error(`not for ${address}`), { responseCode: code }) : undefined);
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push({ to: session.envelope.rcptTo.map((one) => one.address).join(), raw: Buffer.concat(chunks).toString('utf8').replace(/\r\n[ \t]/g, ' ') });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    mails,
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    setBusy: (busy: boolean) => {
      isBusy = busy;
    },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

export interface Someone {
  readonly id: string;
  readonly locator: string;
  readonly email: string | null;
}

/** A register of people as policy administration answers for them. */
export function register() {
  const people = new Map<string, Someone>();
  const accounts = new Map<string, Someone>();
  const add = (email: string | null = `${newLocator('pty')}@example.org`): Someone => {
    const someone = { id: newId(), locator: newLocator('pty'), email };
    people.set(someone.locator, someone);
    return someone;
  };
  const addAccount = (holder: Someone): string => {
    const account = newLocator('acc');
    accounts.set(account, holder);
    return account;
  };
  const services: FakeServices = {
    policy_admin: (_document, variables) => {
      const holder = accounts.get(String(variables.locator));
      return {
        contacts: ((variables.parties ?? []) as string[]).map((locator) => {
          const someone = people.get(locator);
          return someone ? { partyId: someone.id, partyLocator: locator, displayName: 'Ada Canary', email: someone.email, phone: null } : null;
        }),
        _entities: ((variables.references ?? []) as { id: string }[]).map(({ id }) => [...people.values()].find((someone) => someone.id === id) ?? null),
        account: holder ? { market: { marketCode: 'UK' }, holder: { locator: holder.locator } } : null,
      };
    },
  };
  return { add, addAccount, services };
}

/** An event as its service publishes it. */
export function event(type: string, data: object): CloudEvent {
  return { specversion: '1.0', id: newId(), source: '/olly/test', type: `olly.${type}.v1`, subject: newLocator('sub'), time: '2026-03-01T09:00:00.000Z', datacontenttype: 'application/json', data: data as Record<string, unknown> };
}

export const claimEvent = (what: string, claimant: Someone, more: object = {}): CloudEvent =>
  event(`claims.claim.${what}`, { claimId: newId(), claim: newLocator('clm'), claimantPartyId: claimant.id, claimant: claimant.locator, currency: 'GBP', claimed: '150.00', planPays: '64.00', memberOwes: '16.00', ...more });
