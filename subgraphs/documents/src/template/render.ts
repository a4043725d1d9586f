/**
 * Turns a template and a model into HTML that is safe to open. Every value is escaped, whatever the template says: the filter `raw` does nothing here. What comes out is
 * cut down to an allow-list, so a script in a template, or in anything else, is gone. Templates read no files and call nothing; time and memory are bounded.
 */
import { Liquid, type LiquidError } from 'liquidjs';
import sanitizeHtml from 'sanitize-html';

export class TemplateInvalid extends Error {
  override readonly name = 'TemplateInvalid';
}

const RENDER_MS_MAX = 500;
const SIZE_MAX = 500_000;

const engine = new Liquid({
  outputEscape: 'escape',
  strictFilters: true,
  ownPropertyOnly: true,
  // no file system: include, render and layout find nothing
  templates: {},
  cache: false,
  parseLimit: SIZE_MAX,
  renderLimit: RENDER_MS_MAX,
  memoryLimit: 10_000_000,
});
engine.registerFilter('raw', (value: unknown) => value);

const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: ['h1', 'h2', 'h3', 'p', 'br', 'hr', 'strong', 'b', 'em', 'i', 'ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tfoot', 'tr', 'th', 'td', 'div', 'span', 'section', 'address'],
  allowedAttributes: { '*': ['class'], td: ['colspan', 'class'], th: ['colspan', 'class'] },
  disallowedTagsMode: 'discard',
};

/** The page's own style; a download's content security policy allows inline styles and nothing else. */
const STYLE = `body{font:14px/1.5 "Noto Sans",Arial,sans-serif;color:#1b1f24;max-width:46rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{text-align:left;padding:.35rem .5rem;border-bottom:1px solid #d0d7de;vertical-align:top}
.amount{text-align:right;white-space:nowrap}.note{color:#57606a}h1{font-size:1.5rem}h2{font-size:1.1rem}`;

const escapeText = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

/** Renders the body: allowed tags only. Throws `TemplateInvalid` with the place in the template. */
export function renderBody(template: string, model: object): string {
  try {
    return sanitizeHtml(engine.parseAndRenderSync(template, model) as string, ALLOWED);
  } catch (error) {
    throw new TemplateInvalid((error as LiquidError).message.split('\n')[0] ?? 'the template cannot be rendered');
  }
}

/** A whole page around a rendered body. */
export function pageOf(body: string, { title, language }: { title: string; language: string }): string {
  return `<!doctype html>
<html lang="${escapeText(language)}"><head><meta charset="utf-8"><title>${escapeText(title)}</title><style>${STYLE}</style></head>
<body>
${body}
</body></html>
`;
}
