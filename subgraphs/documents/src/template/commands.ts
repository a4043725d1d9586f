/** Saving a market's template. It is tried on an example of its kind first: what cannot be rendered is refused with the place, not found out by a customer. */
import { Refused } from '@olly/kit/errors';
import { transaction } from '@olly/kit/postgres';
import type { Context } from '../context.ts';
import type { DocumentTemplateRow, DocumentType } from '../mappers.ts';
import { EXAMPLES } from './examples.ts';
import { renderBody, TemplateInvalid } from './render.ts';
import { saveTemplate } from './store.ts';

const LENGTH_MAX = 200_000;

/** Throws `Refused` when the template cannot be rendered. */
function check(type: DocumentType, html: string): void {
  if (html.length > LENGTH_MAX) throw new Refused('TEMPLATE_TOO_LONG', `contentHtml: at most ${LENGTH_MAX} characters.`, 'contentHtml');
  if (html.includes('\0')) throw new Refused('TEMPLATE_INVALID', 'contentHtml: NUL characters are not allowed.', 'contentHtml');
  try {
    renderBody(html, EXAMPLES[type]);
  } catch (error) {
    if (error instanceof TemplateInvalid) throw new Refused('TEMPLATE_INVALID', `contentHtml: ${error.message}`, 'contentHtml');
    throw error;
  }
}

export async function saveDocumentTemplate(ctx: Context, input: { marketCode: string; templateType: DocumentType; contentHtml: string }): Promise<DocumentTemplateRow> {
  check(input.templateType, input.contentHtml);
  if (!(await ctx.ports.hasMarket(input.marketCode))) throw new Refused('UNKNOWN_MARKET', 'marketCode: there is no such market.', 'marketCode');
  const template = { market: input.marketCode, type: input.templateType, html: input.contentHtml, savedBy: ctx.identity.subject };
  return transaction(ctx.pool, (tx) => saveTemplate(tx, ctx, template));
}
