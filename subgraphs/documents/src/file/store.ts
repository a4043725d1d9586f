/** Uploaded files in the database; nothing else touches this table. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool } from '@olly/kit/postgres';
import { contentOf, hashOf } from '../document/store.ts';
import type { FileContentRow, StoredFileRow } from '../mappers.ts';

export interface NewFile {
  readonly owner: string | null;
  readonly uploadedBy: string;
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

export async function insertFile(pool: Pool, { ids, clock }: EventOrigin, file: NewFile): Promise<StoredFileRow> {
  const { rows } = await pool.query<StoredFileRow>(
    `INSERT INTO documents.files (id, locator, owner_party_locator, uploaded_by, filename, content_type, content, content_hash, size_bytes, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id, locator, owner_party_locator, filename, content_type, content_hash, size_bytes`,
    [ids.id(), ids.locator('fil'), file.owner, file.uploadedBy, file.filename, file.contentType, file.content, hashOf(file.content), file.content.length, clock.now()],
  );
  return rows[0] as StoredFileRow;
}

/** A file with its bytes; null when there is none. */
export async function readFile(pool: Pool, locator: string): Promise<FileContentRow | null> {
  const { rows } = await pool.query<StoredFileRow & { content: Buffer; uploaded_by: string }>({
    name: 'file',
    text: 'SELECT locator, owner_party_locator, filename, content_type, content_hash, size_bytes, uploaded_by, content FROM documents.files WHERE locator = $1',
    values: [locator],
  });
  const [row] = rows;
  return row ? { ...contentOf(row), ownerPartyLocator: row.owner_party_locator, filename: row.filename, uploadedBy: row.uploaded_by } : null;
}
