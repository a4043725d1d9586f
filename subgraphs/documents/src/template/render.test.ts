import { describe, expect, it } from 'vitest';
import { DOCUMENT_TYPES } from '../mappers.ts';
import { DEFAULT_TEMPLATES } from './defaults.ts';
import { EXAMPLES } from './examples.ts';
import { treeOf } from './html-tree.ts';
import { pdfOf, runsOf } from './pdf.ts';
import { pageOf, renderBody, TemplateInvalid } from './render.ts';

describe('rendering a template', () => {
  it.each([
    ['a value with markup', '<p>{{ name }}</p>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'],
    ['a value through the filter raw', '<p>{{ name | raw }}</p>', '<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>'],
    ['a script of the template', '<p>a</p><script>alert(1)</script>', '<p>a</p>'],
    ['an event handler', '<p onclick="alert(1)">a</p>', '<p>a</p>'],
    ['a link to code', '<a href="javascript:alert(1)">a</a>', 'a'],
    ['an image that would be fetched', '<img src="http://169.254.169.254/"><p>a</p>', '<p>a</p>'],
    ['a frame, an object and a style sheet', '<iframe src="x"></iframe><object></object><style>@import "x"</style>b', 'b'],
    ['a script that is put together', '<scr<script></script>ipt>alert(1)</scr</script>ipt>', 'ipt&gt;alert(1)ipt&gt;'],
  ])('makes %s harmless', (_title, template, expected) => {
    const html = renderBody(template, { name: '<script>alert(1)</script>' });
    expect(html).not.toMatch(/<script|onclick|javascript:|<img|<iframe|<style/);
    if (!template.includes('<scr<')) expect(html).toBe(expected);
  });

  it('reads no file, reaches no prototype and knows no unknown filter', () => {
    expect(() => renderBody('{% include "/etc/passwd" %}', {})).toThrow(TemplateInvalid);
    expect(() => renderBody('{% render "../render" %}', {})).toThrow(TemplateInvalid);
    expect(() => renderBody('{{ name | shell }}', { name: 'x' })).toThrow('undefined filter: shell');
    expect(renderBody('[{{ name.constructor.name }}{{ __proto__ }}]', { name: 'x' })).toBe('[]');
  });

  it('gives up a template that never ends', () => {
    expect(() => renderBody('{% for a in (1..100000) %}{% for b in (1..100000) %}x{% endfor %}{% endfor %}', {})).toThrow(TemplateInvalid);
  });

  it('tells the place of a mistake', () => {
    expect(() => renderBody('<p>\n{% if name %}', {})).toThrow(/line:2/);
  });

  it('escapes the title of a page', () => {
    expect(pageOf('', { title: '</title><script>', language: 'en' })).not.toContain('<script>');
  });
});

describe('the templates of the house', () => {
  it.each(DOCUMENT_TYPES)('render a %s to HTML and to PDF', async (type) => {
    const body = renderBody(DEFAULT_TEMPLATES[type], EXAMPLES[type]);
    expect(body).toContain('Alex Example');
    expect(body).not.toContain('{{');
    const pdf = await pdfOf(body, { title: type });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    expect(pdf.length).toBeGreaterThan(2_000);
  });
});

describe('the PDF', () => {
  it('sets each script in a font that has its letters, and right-to-left words in their order', () => {
    expect(runsOf('Ünïcode Ελληνικά Кириллица')).toEqual([{ text: 'Ünïcode Ελληνικά Кириллица' }]);
    expect(runsOf('Dear שלום עולם!')).toEqual([{ text: 'Dear ' }, { text: 'עולם', font: 'NotoSansHebrew' }, { text: ' ' }, { text: 'שלום', font: 'NotoSansHebrew' }, { text: '!' }]);
    expect(runsOf('محمد علي', { bold: true })).toEqual([{ text: 'علي', font: 'NotoSansArabic', bold: true }, { text: ' ', bold: true }, { text: 'محمد', font: 'NotoSansArabic', bold: true }]);
  });

  it('survives a careless template: ragged rows, open tags, spans and nothing at all', async () => {
    const careless = '<table></table><table><tr><td>a</td></tr><tr><td colspan="3">b</td><th>c</th></tr></table><ul></ul><ul><li>a</ul>x<hr><br>b &amp; c<p>a<h1>b';
    for (const html of ['', careless]) {
      const pdf = await pdfOf(renderBody(html, {}), { title: 'x' });
      expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    }
  });

  it('reads back what was rendered', () => {
    expect(treeOf(renderBody('<p class="note">{{ a }}<br>b</p>', { a: 'x < y & "z"' })).children).toEqual([
      { tag: 'p', attributes: { class: 'note' }, children: ['x < y & "z"', { tag: 'br', attributes: {}, children: [] }, 'b'] },
    ]);
  });
});
