/** Products, versions and their questions in the database. A product's row is the lock under which its versions change. */
import type { EventOrigin } from '@olly/kit/outbox';
import type { Pool, PoolClient } from '@olly/kit/postgres';
import type { FieldDefinitionRow, ProductRow, ProductVersionRow } from '../mappers.ts';
import type { ProductDocument } from './document.ts';

/** Locks a product; null when there is none. */
export async function lockProduct(tx: PoolClient, by: 'id' | 'locator', value: string): Promise<ProductRow | null> {
  return (await tx.query<ProductRow>(`SELECT * FROM policy_admin.products WHERE ${by} = $1 FOR UPDATE`, [value])).rows[0] ?? null;
}

/** Null when the code is taken. */
export async function insertProduct(tx: PoolClient, { ids, clock }: EventOrigin, input: Pick<ProductRow, 'code' | 'name' | 'lob' | 'market_code'>): Promise<ProductRow | null> {
  const { rows } = await tx.query<ProductRow>(
    `INSERT INTO policy_admin.products (id, locator, code, name, lob, market_code, status, created_at) VALUES ($1, $2, $3, $4, $5, $6, 'DRAFT', $7)
     ON CONFLICT (code) DO NOTHING RETURNING *`,
    [ids.id(), ids.locator('prd'), input.code, input.name, input.lob, input.market_code, clock.now()],
  );
  return rows[0] ?? null;
}

export async function setProductStatus(tx: PoolClient, id: string, status: ProductRow['status']): Promise<ProductRow> {
  return (await tx.query<ProductRow>('UPDATE policy_admin.products SET status = $2 WHERE id = $1 RETURNING *', [id, status])).rows[0] as ProductRow;
}

/** Writes the one draft of a product, under its next number. */
export async function upsertDraft(tx: PoolClient, { ids, clock }: EventOrigin, productId: string, effectiveFrom: string, document: ProductDocument): Promise<ProductVersionRow> {
  const { rows } = await tx.query<ProductVersionRow>(
    `INSERT INTO policy_admin.product_versions (id, product_id, version, status, effective_from, document, created_at)
     SELECT $1, $2, coalesce(max(version), 0) + 1, 'DRAFT', $3, $4, $5 FROM policy_admin.product_versions WHERE product_id = $2 AND status = 'PUBLISHED'
     ON CONFLICT (product_id) WHERE status = 'DRAFT' DO UPDATE SET effective_from = EXCLUDED.effective_from, document = EXCLUDED.document
     RETURNING *`,
    [ids.id(), productId, effectiveFrom, document, clock.now()],
  );
  return rows[0] as ProductVersionRow;
}

export async function findVersion(tx: PoolClient | Pool, id: string): Promise<ProductVersionRow | null> {
  return (await tx.query<ProductVersionRow>('SELECT * FROM policy_admin.product_versions WHERE id = $1', [id])).rows[0] ?? null;
}

/** Ends the open predecessor on the first day of a version, then publishes that. The exclusion constraint refuses what still overlaps. */
export async function publish(tx: PoolClient, { clock }: EventOrigin, version: ProductVersionRow): Promise<ProductVersionRow> {
  await tx.query(
    `UPDATE policy_admin.product_versions SET effective_to = $2
     WHERE product_id = $1 AND status = 'PUBLISHED' AND effective_to IS NULL AND effective_from < $2`,
    [version.product_id, version.effective_from],
  );
  const { rows } = await tx.query<ProductVersionRow>(`UPDATE policy_admin.product_versions SET status = 'PUBLISHED', published_at = $2 WHERE id = $1 RETURNING *`, [version.id, clock.now()]);
  return rows[0] as ProductVersionRow;
}

/** The published version in force on a day. */
export async function versionOn(pool: Pool, productId: string, day: string): Promise<ProductVersionRow | null> {
  const { rows } = await pool.query<ProductVersionRow>(
    `SELECT * FROM policy_admin.product_versions WHERE product_id = $1 AND status = 'PUBLISHED' AND effective_from <= $2 AND (effective_to IS NULL OR $2 < effective_to)`,
    [productId, day],
  );
  return rows[0] ?? null;
}

/** Replaces all questions of a version. */
export async function replaceFields(tx: PoolClient, { ids }: EventOrigin, versionId: string, fields: readonly Omit<FieldDefinitionRow, 'id' | 'product_version_id'>[]): Promise<void> {
  await tx.query('DELETE FROM policy_admin.field_definitions WHERE product_version_id = $1', [versionId]);
  for (const field of fields) {
    await tx.query(
      `INSERT INTO policy_admin.field_definitions (id, product_version_id, field_key, label, field_type, applies_to, required, options) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
      [ids.id(), versionId, field.field_key, field.label, field.field_type, field.applies_to, field.required, field.options],
    );
  }
}
