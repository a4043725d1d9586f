/**
 * The job that decides who is told and how: gather (who it concerns, their address and wishes, the words) → plan (pure) → note everything in one transaction, with a job for each
 * message that leaves the house. Run again, it finds what it has noted and adds nothing. What is about a child under 16 is told to the guardian.
 */
import { erasedAs } from '@olly/kit/erasure';
import { enqueue } from '@olly/kit/jobs';
import { transaction } from '@olly/kit/postgres';
import type { Contact } from '../ports/ports.ts';
import { DEFAULTS, quietMinutes } from '../preferences/preferences.ts';
import { findPreferences } from '../preferences/store.ts';
import { localeOf, render, type Values } from '../template/render.ts';
import { wordsFor } from '../template/store.ts';
import { isCritical, type News, news } from './events.ts';
import { type Notifier, reachOf, SEND } from './origin.ts';
import { planOf } from './plan.ts';
import { guardiansOf, insertNotification, recordAttempt } from './store.ts';

/** Locators of those to tell, and the market. Throws when the account is not known (yet). */
async function concerned({ pool, ports, clock }: Notifier, item: News): Promise<{ parties: string[]; market: string | null }> {
  const account = item.account && ((!item.party && !item.partyId) || !item.market) ? await ports.account(item.account) : null;
  const party = item.party ?? (item.partyId ? await ports.partyLocator(item.partyId) : account?.holder);
  if (!party) throw new Error('whom to tell is not known');
  const guardians = await guardiansOf(pool, party, clock.today());
  return { parties: guardians.length > 0 ? guardians : [party], market: item.market ?? account?.market ?? null };
}

/** Tells one piece of news. Throws when somebody who is asked does not answer; the job is then tried again. */
export async function tell(notifier: Notifier, payload: unknown): Promise<void> {
  const item = news.parse(payload);
  const { parties, market } = await concerned(notifier, item);
  const contacts = await notifier.ports.contacts(parties);
  for (const contact of contacts) {
    if (!contact) throw new Error('a party to be told is not known');
    await tellParty(notifier, item, contact, market);
  }
}

function valuesOf(item: News, contact: Contact, locale: string): Values {
  const amount = item.amount ? new Intl.NumberFormat(locale, { style: 'currency', currency: item.amount.currency }).format(item.amount.amount as `${number}`) : null;
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(item.time));
  return { name: contact.displayName, reference: item.subject, date, amount };
}

async function tellParty(notifier: Notifier, item: News, contact: Contact, market: string | null): Promise<void> {
  const { pool, clock } = notifier;
  const preferences = (await findPreferences(pool, contact.partyId)) ?? DEFAULTS;
  const language = preferences.language ?? 'en';
  const words = render(await wordsFor(pool, item.event, market, language), valuesOf(item, contact, localeOf(market, language)));
  const steps = planOf(item.event, preferences, reachOf(notifier, preferences, contact));
  const critical = isCritical(item.event);
  const quiet = critical ? 0 : quietMinutes(clock.now(), preferences);
  await transaction(pool, async (tx) => {
    const erased = await erasedAs(tx, notifier.schema, contact.partyLocator);
    if (erased && (erased !== 'RESTRICT' || !critical)) return;
    for (const { channel, suppressed } of steps) {
      const status = suppressed ? 'SUPPRESSED' : channel === 'IN_APP' ? 'SENT' : 'PENDING';
      const row = await insertNotification(tx, notifier, {
        ...words,
        channel,
        status,
        eventId: item.eventId,
        party: { id: contact.partyId, locator: contact.partyLocator },
        event: item.event,
        reference: item.subject,
        isCritical: critical,
        reason: suppressed,
      });
      if (row?.status === 'SENT') await recordAttempt(tx, notifier, row.id, 'SENT', null);
      if (row?.status === 'PENDING') await enqueueSending(tx, row.id, quiet);
    }
  });
}

/** A message's job; after quiet hours, in real time from now. */
export async function enqueueSending(tx: Parameters<typeof enqueue>[0], id: string, quietMinutesLeft = 0): Promise<void> {
  const runAt = quietMinutesLeft > 0 ? new Date(Date.now() + quietMinutesLeft * 60_000) : undefined;
  await enqueue(tx, SEND, { id }, { jobKey: `${SEND}:${id}`, ...(runAt && { runAt }), triesMax: 25 });
}
