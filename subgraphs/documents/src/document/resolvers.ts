/** Doormen of documents. */
import { listPage, whenSeenFully } from '@olly/kit/server';
import type { Resolvers } from '../../generated/resolvers.ts';
import type { Context } from '../context.ts';
import type { DocumentRow } from '../mappers.ts';
import { download } from './download.ts';
import { PDF, type Rendition } from './store.ts';
import { productionProgress } from '../production/progress.ts';

const renditionOf = (contentType: string): Rendition => (contentType === PDF ? 'PDF' : 'HTML');
const self = ({ locator }: { locator: string }) => ({ locator });
const about = ({ locator }: { locator: string }, args: { first?: number | null; after?: string | null }, { loaders }: Context) => loaders.documentsAbout.load(locator, args);

export const documentResolvers = {
  Query: {
    documentProduction: (_parent, _args, { pool }) => productionProgress(pool),
    document: (_parent, { locator }, { loaders }) => loaders.documentByLocator.load(locator),
    documents: async (_parent, { filter, ...page }, { prisma, ability, loaders }) => {
      const chosen = {
        ...(filter?.partyLocator && { party_locator: filter.partyLocator }),
        ...(filter?.documentType && { template_type: filter.documentType }),
        ...(filter?.subjectLocator && { subject_locator: filter.subjectLocator }),
      };
      const where = { AND: [(await ability()).where('documents'), chosen] };
      return listPage<DocumentRow>(prisma.documents, where, page, (ids) => loaders.documentById.loadMany(ids));
    },
    documentContent: (_parent, { locator, rendition }, ctx) => download(ctx, locator, rendition ?? 'HTML'),
  },
  Document: {
    __resolveReference: (reference, { loaders }) =>
      'id' in reference && reference.id ? loaders.documentById.load(reference.id) : loaders.documentByLocator.load((reference as { locator: string }).locator),
    party: (document) => ({ locator: document.party_locator }),
    documentType: (document) => document.template_type,
    renditions: async (document, _args, { loaders }) => [{ ...document, document_id: document.id }, ...(await loaders.renditionsOfDocument.load(document.id))],
    content: whenSeenFully('documents', (document: DocumentRow, { rendition }: { rendition?: Rendition | null }, ctx: Context) => download(ctx, document.locator, rendition ?? 'HTML')),
  },
  DocumentRendition: { rendition: (row) => renditionOf(row.content_type) },
  Party: {
    __resolveReference: self,
    documents: ({ locator }, args, { loaders }) => loaders.documentsOfParty.load(locator, args),
  },
  Policy: { __resolveReference: self, documents: about },
  Claim: { __resolveReference: self, producedDocuments: about },
  Invoice: { __resolveReference: self, documents: about },
} satisfies Resolvers<Context>;
