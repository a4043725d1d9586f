/**
 * Words from a template: plain text, so nothing needs escaping, but no value may break a line where a header could begin: control characters in values become spaces, and a
 * subject is one line or it is refused. Templates read no files and call nothing; time and memory are bounded.
 */
import { Liquid, type LiquidError } from 'liquidjs';
import type { Words } from './defaults.ts';

export class TemplateInvalid extends Error {
  override readonly name = 'TemplateInvalid';
}

const engine = new Liquid({ strictFilters: true, ownPropertyOnly: true, templates: {}, cache: false, parseLimit: 50_000, renderLimit: 200, memoryLimit: 2_000_000 });

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g;
const SUBJECT_MAX = 200;

/** Text that cannot begin a new line. */
export const onOneLine = (text: string): string => text.replace(CONTROL, ' ').trim();

/** What a template may name. */
export interface Values {
  readonly name: string;
  readonly reference: string;
  readonly date: string;
  readonly amount: string | null;
}

function fill(template: string, values: object): string {
  try {
    return engine.parseAndRenderSync(template, values) as string;
  } catch (error) {
    throw new TemplateInvalid((error as LiquidError).message.split('\n')[0] ?? 'the template cannot be rendered');
  }
}

/** Subject and text. Throws `TemplateInvalid` when they cannot be rendered or the subject is not one line. */
export function render(words: Words, values: Values): Words {
  const clean = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, typeof value === 'string' ? onOneLine(value) : value]));
  const subject = fill(words.subject, clean).trim();
  if (onOneLine(subject) !== subject) throw new TemplateInvalid('a subject is one line');
  if (subject === '' || subject.length > SUBJECT_MAX * 2) throw new TemplateInvalid('a subject has between one and 400 characters');
  return { subject, body: fill(words.body, clean).replaceAll('\0', '') };
}

const LOCALES: Readonly<Record<string, string>> = { UK: 'en-GB', US: 'en-US' };

/** How dates and amounts are written: in the language, as in the market. */
export function localeOf(market: string | null, language: string): string {
  const own = (market && LOCALES[market]) || 'en';
  return own.startsWith(language) ? own : language;
}
