/** Templates and their versions in the database; nothing else touches these tables. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { DocumentTemplateRow, DocumentType } from '../mappers.ts';
import { DEFAULT_TEMPLATES } from './defaults.ts';

/** The market's template; null when it has saved none. */
export async function findTemplate(pool: Pool, market: string, type: DocumentType): Promise<DocumentTemplateRow | null> {
  const { rows } = await pool.query<DocumentTemplateRow>('SELECT * FROM documents.templates WHERE market_code = $1 AND template_type = $2', [market, type]);
  return rows[0] ?? null;
}

/** What a document of a market is made from: the market's own template, else the one that the house ships as version 0. */
export async function templateFor(pool: Pool, market: string, type: DocumentType): Promise<{ version: number; html: string }> {
  const own = await findTemplate(pool, market, type);
  return own ? { version: own.version, html: own.content_html } : { version: 0, html: DEFAULT_TEMPLATES[type] };
}

/** Makes a template or its next version, and keeps the version for ever. */
export async function saveTemplate(tx: PoolClient, { ids, clock }: EventOrigin, template: { market: string; type: DocumentType; html: string; savedBy: string }): Promise<DocumentTemplateRow> {
  const { rows } = await tx.query<DocumentTemplateRow>(
    `INSERT INTO documents.templates AS t (id, market_code, template_type, version, content_html, updated_at) VALUES ($1, $2, $3, 1, $4, $5)
     ON CONFLICT (market_code, template_type) DO UPDATE SET version = t.version + 1, content_html = excluded.content_html, updated_at = excluded.updated_at RETURNING *`,
    [ids.id(), template.market, template.type, template.html, clock.now()],
  );
  const saved = rows[0] as DocumentTemplateRow;
  await tx.query('INSERT INTO documents.template_versions (id, template_id, version, content_html, saved_by, saved_at) VALUES ($1, $2, $3, $4, $5, $6)', [
    ids.id(), saved.id, saved.version, saved.content_html, template.savedBy, clock.now(),
  ]);
  return saved;
}
