/** Doormen of templates. */
import { refusable } from '@olly/kit/errors';
import { listPage, resultOf } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { DocumentTemplateRow } from '../mappers.ts';
import { saveDocumentTemplate } from './commands.ts';
import { findTemplate } from './store.ts';

export const templateResolvers = {
  Query: {
    documentTemplate: (_parent, { marketCode, templateType }, { pool }) => findTemplate(pool, marketCode, templateType),
    documentTemplates: (_parent, page, { prisma, loaders }) => listPage<DocumentTemplateRow>(prisma.templates, {}, page, (ids) => loaders.templateById.loadMany(ids)),
  },
  Mutation: {
    saveDocumentTemplate: (_parent, { input }, ctx) => refusable('DocumentRefusal', () => saveDocumentTemplate(ctx, input)),
  },
  DocumentTemplate: {
    __resolveReference: ({ id }, { loaders }) => loaders.templateById.load(id),
    versions: (template, _args, { loaders }) => loaders.versionsOfTemplate.load(template.id),
  },
  DocumentTemplateResult: resultOf('DocumentTemplate'),
} satisfies Resolvers<Context>;
