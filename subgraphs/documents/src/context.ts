/** What a request of documents has: loaders, each one statement however many rows are asked for and never with bytes, and ports to the owners of what is printed. */
import { childPageLoader, childrenLoader, prismaAdapter, type RequestBase, rowLoader, type SubgraphDeps } from '@olly/kit/server';
import { PrismaClient } from '../generated/prisma/client.ts';
import { DOCUMENT_COLUMNS, type DocumentRenditionRow, type DocumentRow, type DocumentTemplateRow, type DocumentTemplateVersionRow } from './mappers.ts';
import { createPorts, type Ports } from './ports/ports.ts';

/** What lives as long as the process. */
export interface Services {
  readonly prisma: PrismaClient;
  readonly ports: Ports;
}

export function createServices({ pool, service }: SubgraphDeps): Services {
  return { prisma: new PrismaClient({ adapter: prismaAdapter(pool, 'documents') }), ports: createPorts(service) };
}

function createLoaders({ pool, ability }: RequestBase) {
  const documents = { pool, table: 'documents.documents', subject: 'documents', columns: DOCUMENT_COLUMNS, ability };
  const templates = { pool, table: 'documents.templates', ability };
  return {
    documentById: rowLoader<DocumentRow>(documents, 'id', 'uuid'),
    documentByLocator: rowLoader<DocumentRow>(documents, 'locator', 'text'),
    documentsOfParty: childPageLoader<DocumentRow>(documents, 'party_locator', 'text'),
    documentsAbout: childPageLoader<DocumentRow>(documents, 'subject_locator', 'text'),
    renditionsOfDocument: childrenLoader<DocumentRenditionRow>(
      { pool, table: 'documents.document_renditions', columns: 'document_id, content_type, content_hash, size_bytes' },
      'document_id',
      'uuid',
      'content_type',
    ),
    templateById: rowLoader<DocumentTemplateRow>(templates, 'id', 'uuid'),
    versionsOfTemplate: childrenLoader<DocumentTemplateVersionRow>({ pool, table: 'documents.template_versions' }, 'template_id', 'uuid', 'version DESC'),
  };
}

export interface Context extends RequestBase, Services {
  readonly loaders: ReturnType<typeof createLoaders>;
}

export const createContext = (base: RequestBase, services: Services): Context => ({ ...base, ...services, loaders: createLoaders(base) });
