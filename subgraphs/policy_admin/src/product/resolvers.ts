/** Doormen of products, versions and questions. */
import { refusable } from '@olly/kit/errors';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import { seesVersion } from '../access.ts';
import type { Context } from '../context.ts';
import type { ProductRow, ProductVersionRow } from '../mappers.ts';
import { createProduct, defineFields, draftVersion, publishVersion, retireProduct } from './commands.ts';
import { versionOn } from './store.ts';

const REFUSAL = 'ProductRefusal';

async function visible(id: string, { loaders, identity }: Context): Promise<ProductVersionRow | null> {
  const version = await loaders.versionById.load(id);
  return version && seesVersion(identity, version) ? version : null;
}

export const productResolvers = {
  Query: {
    product: (_parent, { code }, { loaders }) => loaders.productByCode.load(code),
    products: (_parent, { filter, ...page }, { prisma, loaders }) => {
      const where = { ...(filter?.marketCode && { market_code: filter.marketCode }), ...(filter?.status && { status: filter.status }) };
      return listPage<ProductRow>(prisma.products, where, page, (ids) => loaders.productById.loadMany(ids));
    },
    productVersion: (_parent, { id }, ctx) => visible(id, ctx),
    productVersionOn: async (_parent, { productCode, date }, { loaders, pool }) => {
      const product = await loaders.productByCode.load(productCode);
      return product && versionOn(pool, product.id, date);
    },
  },
  Mutation: {
    createProduct: (_parent, { input }, ctx) => refusable(REFUSAL, () => createProduct(ctx, input)),
    retireProduct: (_parent, { input }, ctx) => refusable(REFUSAL, () => retireProduct(ctx, input.locator)),
    draftProductVersion: (_parent, { input }, ctx) => refusable(REFUSAL, () => draftVersion(ctx, input)),
    publishProductVersion: (_parent, { input }, ctx) => refusable(REFUSAL, () => publishVersion(ctx, input.id)),
    defineFields: (_parent, { input }, ctx) => refusable(REFUSAL, () => defineFields(ctx, input)),
  },
  Product: {
    __resolveReference: (reference, { loaders }) => ('id' in reference && reference.id ? loaders.productById.load(reference.id) : loaders.productByLocator.load((reference as { locator: string }).locator)),
    market: (product, _args, { loaders }) => loaders.market.load(product.market_code),
    versions: async (product, _args, { loaders, identity }) => (await loaders.versionsOfProduct.load(product.id)).filter((version) => seesVersion(identity, version)),
    versionOn: async (product, { date }, { loaders, clock }) => {
      const day = date ?? clock.today();
      const versions = await loaders.versionsOfProduct.load(product.id);
      return versions.find((v) => v.status === 'PUBLISHED' && v.effective_from <= day && (v.effective_to === null || day < v.effective_to)) ?? null;
    },
  },
  ProductVersion: {
    __resolveReference: (reference, ctx) => visible((reference as { id: string }).id, ctx),
    product: async (version, _args, { loaders }) => (await loaders.productById.load(version.product_id)) as ProductRow,
    fields: (version, _args, { loaders }) => loaders.fieldsOfVersion.load(version.id),
    ruleSets: (version, _args, { loaders }) => loaders.ruleSetsOfVersion.load(version.id),
  },
  ProductResult: resultOf('Product'),
  ProductVersionResult: resultOf('ProductVersion'),
} satisfies Resolvers<Context>;
