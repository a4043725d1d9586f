/** Doormen of uploaded files; services only. */
import { refusable } from '@olly/kit/errors';
import { resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import { actorOf } from '../document/download.ts';
import { insertDownload } from '../document/store.ts';
import { checkedFile } from './file.ts';
import { insertFile, readFile } from './store.ts';

export const fileResolvers = {
  Query: {
    fileFor: async (_parent, { locator }, ctx) => {
      const file = await readFile(ctx.pool, locator);
      if (file) await insertDownload(ctx.pool, ctx, file, actorOf(ctx));
      return file;
    },
  },
  Mutation: {
    storeFile: (_parent, { input }, ctx) =>
      refusable('DocumentRefusal', () => insertFile(ctx.pool, ctx, { owner: input.ownerPartyLocator ?? null, uploadedBy: input.uploadedBy, ...checkedFile(input) })),
  },
  StoreFileResult: resultOf('StoredFile'),
} satisfies Resolvers<Context>;
