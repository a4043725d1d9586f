/** Saving a market's words. They are tried on an example first: what cannot be rendered is refused with the place. */
import { Refused } from '@olly/kit/errors';
import type { Context } from '../context.ts';
import type { NotificationTemplateRow } from '../mappers.ts';
import type { NotificationEvent } from '../notification/events.ts';
import { onOneLine, render, TemplateInvalid } from './render.ts';
import { saveWords } from './store.ts';

export interface SaveTemplateInput {
  readonly marketCode: string;
  readonly language: string;
  readonly event: NotificationEvent;
  readonly subject: string;
  readonly body: string;
}

const SUBJECT_MAX = 200;
const BODY_MAX = 20_000;
const EXAMPLE = { name: 'Alex Example', reference: 'pol_example', date: '1 March 2026', amount: '£12.50' };

/** Throws `Refused`. */
export async function saveTemplate(ctx: Context, input: SaveTemplateInput): Promise<NotificationTemplateRow> {
  const { subject, body, language, marketCode } = input;
  if (!/^[A-Z]{2,10}$/.test(marketCode)) throw new Refused('TEMPLATE_INVALID', 'marketCode: for instance UK.', 'marketCode');
  if (!/^[a-z]{2}$/.test(language)) throw new Refused('TEMPLATE_INVALID', 'language: two letters of ISO 639-1.', 'language');
  if (onOneLine(subject) !== subject || subject === '') throw new Refused('SUBJECT_INVALID', 'subject: one line, without spaces around it.', 'subject');
  if (subject.length > SUBJECT_MAX) throw new Refused('TEMPLATE_TOO_LONG', `subject: at most ${SUBJECT_MAX} characters.`, 'subject');
  if (body.length > BODY_MAX) throw new Refused('TEMPLATE_TOO_LONG', `body: at most ${BODY_MAX} characters.`, 'body');
  if (body.includes('\0')) throw new Refused('TEMPLATE_INVALID', 'body: NUL characters are not allowed.', 'body');
  try {
    render({ subject, body }, EXAMPLE);
  } catch (error) {
    if (error instanceof TemplateInvalid) throw new Refused('TEMPLATE_INVALID', error.message, 'body');
    throw error;
  }
  return saveWords(ctx.pool, ctx, { subject, body, language, market: marketCode, event: input.event, savedBy: ctx.identity.subject });
}
