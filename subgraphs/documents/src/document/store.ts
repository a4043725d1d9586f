/** Documents, their bytes and the trail of downloads in the database; nothing else touches these tables. */
import { createHash } from 'node:crypto';
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import { DOCUMENT_COLUMNS, type DocumentRow, type DocumentType, type FileContentRow, type SubjectType } from '../mappers.ts';

export const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

export interface NewDocument {
  readonly party: string;
  readonly type: DocumentType;
  readonly market: string;
  readonly templateVersion: number;
  readonly subjectType: SubjectType;
  readonly subject: string;
  readonly sourceEventId: string;
  readonly filename: string;
  readonly html: Buffer;
}

/** Keeps a document; null when the event has produced it before. */
export async function insertDocument(tx: PoolClient, { ids, clock }: EventOrigin, document: NewDocument): Promise<DocumentRow | null> {
  const { rows } = await tx.query<DocumentRow>(
    `INSERT INTO documents.documents (id, locator, party_locator, template_type, template_version, market_code, subject_type, subject_locator, source_event_id, filename,
       content_type, content, content_hash, size_bytes, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'text/html; charset=utf-8', $11, $12, $13, $14)
     ON CONFLICT (source_event_id, template_type, party_locator) DO NOTHING RETURNING ${DOCUMENT_COLUMNS}`,
    [
      ids.id(), ids.locator('doc'), document.party, document.type, document.templateVersion, document.market, document.subjectType, document.subject,
      document.sourceEventId, document.filename, document.html, hashOf(document.html), document.html.length, clock.now(),
    ],
  );
  return rows[0] ?? null;
}

export async function insertRendition(tx: PoolClient, { ids, clock }: EventOrigin, documentId: string, contentType: string, content: Buffer): Promise<void> {
  await tx.query(
    'INSERT INTO documents.document_renditions (id, document_id, content_type, content, content_hash, size_bytes, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)',
    [ids.id(), documentId, contentType, content, hashOf(content), content.length, clock.now()],
  );
}

export const PDF = 'application/pdf';
const ENDINGS = { HTML: 'html', PDF: 'pdf' } as const;
export type Rendition = keyof typeof ENDINGS;

const CONTENT: Record<Rendition, string> = {
  HTML: `SELECT locator, party_locator, filename, content_type, content_hash, size_bytes, content FROM documents.documents WHERE locator = $1`,
  PDF: `SELECT d.locator, d.party_locator, d.filename, r.content_type, r.content_hash, r.size_bytes, r.content
        FROM documents.documents d JOIN documents.document_renditions r ON r.document_id = d.id AND r.content_type = '${PDF}' WHERE d.locator = $1`,
};

interface ContentRow extends Pick<DocumentRow, 'locator' | 'party_locator' | 'filename' | 'content_type' | 'content_hash' | 'size_bytes'> {
  readonly content: Buffer;
}

/** The bytes of a document, without a row rule; null when there is no such rendition. Whoever calls has asked whether it may be seen. */
export async function readContent(pool: Pool, locator: string, rendition: Rendition): Promise<FileContentRow | null> {
  const { rows } = await pool.query<ContentRow>({ name: `content:${rendition}`, text: CONTENT[rendition], values: [locator] });
  const [row] = rows;
  return row ? { ...contentOf(row), ownerPartyLocator: row.party_locator, filename: `${row.filename}.${ENDINGS[rendition]}` } : null;
}

export const contentOf = (row: { locator: string; content_type: string; content_hash: string; size_bytes: number; content: Buffer }) => ({
  locator: row.locator,
  contentType: row.content_type,
  sizeBytes: row.size_bytes,
  contentHash: row.content_hash,
  base64: row.content.toString('base64'),
});

/** Notes that somebody read bytes; before they are handed out. */
export async function insertDownload(pool: Pool, { ids, clock }: EventOrigin, content: FileContentRow, actor: string): Promise<void> {
  await pool.query('INSERT INTO documents.downloads (id, locator, content_type, actor, created_at) VALUES ($1, $2, $3, $4, $5)', [
    ids.id(), content.locator, content.contentType, actor, clock.now(),
  ]);
}
