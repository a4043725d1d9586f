/** From a product's code to a published version. The product's row is locked first, so two people publishing at once take turns. */
import { notFound, Refused } from '@olly/kit/errors';
import { appendToOutbox } from '@olly/kit/outbox';
import { type PoolClient, transaction, violation } from '@olly/kit/postgres';
import type { IsoDate } from '@olly/kit/time';
import type { Context } from '../context.ts';
import type { FieldDefinitionRow, ProductRow, ProductVersionRow } from '../mappers.ts';
import { insertAudit } from '../party/store.ts';
import { productDocument } from './document.ts';
import { versionPublishedEvent } from './events.ts';
import { checkFields } from './fields.ts';
import { refuseInvalid } from './invalid.ts';
import { checkMarket, checkMarketRules, checkOutOfPocket, product as productStates, productVersion } from './product.ts';
import { findVersion, insertProduct, lockProduct, publish, replaceFields, setProductStatus, upsertDraft } from './store.ts';

export interface CreateProductInput {
  readonly code: string;
  readonly name: string;
  readonly lob: string;
  readonly marketCode: string;
}

export async function createProduct(ctx: Context, { code, name, lob, marketCode }: CreateProductInput): Promise<ProductRow> {
  if (!/^[A-Z0-9_]{2,40}$/.test(code)) throw new Refused('CODE_INVALID', 'code: 2 to 40 capital letters, digits and underscores.', 'code');
  if (!/^[A-Z_]{2,40}$/.test(lob)) throw new Refused('CODE_INVALID', 'lob: 2 to 40 capital letters and underscores.', 'lob');
  if (name.trim() === '') throw new Refused('FIELD_MISSING', 'name: not empty.', 'name');
  if (!(await ctx.loaders.market.load(marketCode))) throw new Refused('UNKNOWN_MARKET', `There is no market ${marketCode.slice(0, 10)}.`, 'marketCode');
  return transaction(ctx.pool, async (tx) => {
    const row = await insertProduct(tx, ctx, { code, name: name.trim(), lob, market_code: marketCode });
    if (!row) throw new Refused('CODE_TAKEN', `There is a product ${code} already.`, 'code');
    await insertAudit(tx, ctx, { entity: 'PRODUCT', entityId: row.id, command: 'create', to: row.status, actor: ctx.identity.subject });
    return row;
  });
}

export async function retireProduct(ctx: Context, locator: string): Promise<ProductRow> {
  return transaction(ctx.pool, async (tx) => {
    const row = await lockProduct(tx, 'locator', locator);
    if (!row) throw notFound('The product');
    const to = productStates.next(row.status, 'retire');
    await insertAudit(tx, ctx, { entity: 'PRODUCT', entityId: row.id, command: 'retire', from: row.status, to, actor: ctx.identity.subject });
    return setProductStatus(tx, row.id, to);
  });
}

/** Writes the product's draft. Its market and currency are checked at once, the market's maximum when it is published. */
export async function draftVersion(ctx: Context, input: { productLocator: string; effectiveFrom: IsoDate; document: unknown }): Promise<ProductVersionRow> {
  const document = refuseInvalid(productDocument, input.document);
  const found = await ctx.loaders.productByLocator.load(input.productLocator);
  const market = found && (await ctx.loaders.market.load(found.market_code));
  if (!found || !market) throw notFound('The product');
  checkMarket(document, market);
  return transaction(ctx.pool, async (tx) => {
    const locked = (await lockProduct(tx, 'id', found.id)) as ProductRow;
    if (locked.status === 'RETIRED') throw new Refused('PRODUCT_RETIRED', 'A retired product gets no new version.');
    const draft = await upsertDraft(tx, ctx, found.id, input.effectiveFrom, document);
    await insertAudit(tx, ctx, { entity: 'PRODUCT_VERSION', entityId: draft.id, command: 'draft', to: 'DRAFT', actor: ctx.identity.subject });
    return draft;
  });
}

/** Locks the product of a version and reads the version behind the lock. */
export async function lockVersion(tx: PoolClient, id: string): Promise<{ product: ProductRow; version: ProductVersionRow }> {
  const before = await findVersion(tx, id);
  const product = before && (await lockProduct(tx, 'id', before.product_id));
  const version = product && (await findVersion(tx, id));
  if (!product || !version) throw notFound('The version');
  return { product, version };
}

/** As `lockVersion`, for what changes drafts only. */
export async function lockDraft(tx: PoolClient, id: string): Promise<ProductVersionRow> {
  const { version } = await lockVersion(tx, id);
  if (version.status !== 'DRAFT') throw new Refused('VERSION_PUBLISHED', 'A published version never changes; write a new draft.');
  return version;
}

export async function publishVersion(ctx: Context, id: string): Promise<ProductVersionRow> {
  const run = transaction(ctx.pool, async (tx) => {
    const { product, version } = await lockVersion(tx, id);
    productVersion.next(version.status, 'publish');
    const status = productStates.next(product.status, 'publish');
    const market = await ctx.loaders.market.load(product.market_code);
    if (!market) throw notFound('The market');
    const document = refuseInvalid(productDocument, version.document);
    checkOutOfPocket(document, market, version.effective_from);
    const { rows: fields } = await tx.query<FieldDefinitionRow>('SELECT * FROM policy_admin.field_definitions WHERE product_version_id = $1', [id]);
    checkMarketRules(document, fields, market);
    const published = await publish(tx, ctx, version);
    const row = await setProductStatus(tx, product.id, status);
    await insertAudit(tx, ctx, { entity: 'PRODUCT_VERSION', entityId: id, command: 'publish', from: 'DRAFT', to: 'PUBLISHED', actor: ctx.identity.subject });
    await appendToOutbox(tx, ctx, [versionPublishedEvent(row, published)]);
    return published;
  });
  return run.catch((error: unknown) => {
    if (violation(error)?.constraint === 'product_versions_do_not_overlap') throw new Refused('VERSIONS_OVERLAP', 'A published version is in force on some of these days.', 'effectiveFrom');
    throw error;
  });
}

export interface FieldInput {
  readonly fieldKey: string;
  readonly label: string;
  readonly fieldType: FieldDefinitionRow['field_type'];
  readonly appliesTo?: FieldDefinitionRow['applies_to'] | null;
  readonly required: boolean;
  readonly options?: unknown;
}

/** Sets the questions of a draft. */
export async function defineFields(ctx: Context, { productVersionId, fields }: { productVersionId: string; fields: readonly FieldInput[] }): Promise<ProductVersionRow> {
  const rows = checkFields(
    fields.map(({ fieldKey, label, fieldType, appliesTo, required, options }) => ({
      field_key: fieldKey,
      label,
      field_type: fieldType,
      applies_to: appliesTo ?? 'QUOTE',
      required,
      options: (options ?? {}) as Record<string, unknown>,
    })),
  );
  return transaction(ctx.pool, async (tx) => {
    const version = await lockDraft(tx, productVersionId);
    await replaceFields(tx, ctx, version.id, rows);
    await insertAudit(tx, ctx, { entity: 'PRODUCT_VERSION', entityId: version.id, command: 'define fields', actor: ctx.identity.subject });
    return version;
  });
}
