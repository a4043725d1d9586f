/** What others learn of a product: that a version is in force from a day on. */
import type { NewEvent } from '@olly/kit/outbox';
import { z } from 'zod';
import type { ProductRow, ProductVersionRow } from '../mappers.ts';

export const versionPublished = z.object({ productId: z.uuid(), product: z.string(), productCode: z.string(), productVersionId: z.uuid(), version: z.int(), effectiveFrom: z.iso.date() });

export function versionPublishedEvent(product: ProductRow, version: ProductVersionRow): NewEvent {
  const data = versionPublished.parse({
    productId: product.id,
    product: product.locator,
    productCode: product.code,
    productVersionId: version.id,
    version: version.version,
    effectiveFrom: version.effective_from,
  });
  return { topic: 'policy_admin.product', key: product.locator, type: 'olly.policy_admin.product.version_published.v1', data };
}
