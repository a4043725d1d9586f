import { describe, expect, it } from 'vitest';
import { NOTIFICATION_EVENTS } from '../notification/events.ts';
import { DEFAULT_WORDS } from './defaults.ts';
import { render, TemplateInvalid } from './render.ts';

const values = { name: 'Ada Moss', reference: 'clm_x', date: '1 March 2026', amount: '£12.50' };

describe('the words of a notification', () => {
  it.each(NOTIFICATION_EVENTS)('can be rendered for %s with and without an amount', (event) => {
    for (const amount of ['£12.50', null]) {
      const { subject, body } = render(DEFAULT_WORDS[event], { ...values, amount });
      expect(subject).not.toBe('');
      expect(body).toContain('Dear Ada Moss,');
      expect(body).not.toMatch(/\{\{|\{%|null|undefined/);
    }
  });

  it('turn a line break in a value into a space, so that no header can begin', () => {
    const { subject, body } = render({ subject: 'For {{ name }}', body: '{{ name }}' }, { ...values, name: 'Ada\r\nBcc: all@example.org' });
    expect(subject).toBe('For Ada Bcc: all@example.org');
    expect(body).toBe('Ada Bcc: all@example.org');
  });

  it('are refused when a template breaks the subject or reaches out', () => {
    expect(() => render({ subject: 'a\r\nBcc: b', body: '' }, values)).toThrow(TemplateInvalid);
    expect(() => render({ subject: '{{ "a,b" | split: "," | join: "\n" }}', body: '' }, values)).toThrow(TemplateInvalid);
    expect(() => render({ subject: 'a', body: '{% include "/etc/passwd" %}' }, values)).toThrow(TemplateInvalid);
    expect(() => render({ subject: 'a', body: '{{ name | nothing }}' }, values)).toThrow(TemplateInvalid);
  });
});
