/** Rows as the database holds them; resolvers of a GraphQL type get its row as their parent. Bytes are read only where they are asked for. */

/** Parties, policies, claims and invoices are owned elsewhere; here each is a name. */
interface Named {
  readonly locator: string;
}
export type PartyRow = Named;
export type PolicyRow = Named;
export type ClaimRow = Named;
export type InvoiceRow = Named;

export const DOCUMENT_TYPES = ['POLICY_SCHEDULE', 'INVOICE', 'EXPLANATION_OF_BENEFITS', 'LETTER'] as const;
export type DocumentType = (typeof DOCUMENT_TYPES)[number];
export type SubjectType = 'POLICY' | 'CLAIM' | 'INVOICE' | 'PARTY';

/** A document without its bytes. */
export interface DocumentRow {
  readonly id: string;
  readonly locator: string;
  readonly party_locator: string;
  readonly template_type: DocumentType;
  readonly template_version: number;
  readonly market_code: string;
  readonly subject_type: SubjectType;
  readonly subject_locator: string;
  readonly source_event_id: string;
  readonly filename: string;
  readonly content_type: string;
  readonly content_hash: string;
  readonly size_bytes: number;
  readonly created_at: Date;
}
export const DOCUMENT_COLUMNS =
  'id, locator, party_locator, template_type, template_version, market_code, subject_type, subject_locator, source_event_id, filename, content_type, content_hash, size_bytes, created_at';

export interface DocumentRenditionRow {
  readonly document_id: string;
  readonly content_type: string;
  readonly content_hash: string;
  readonly size_bytes: number;
}

export interface DocumentTemplateRow {
  readonly id: string;
  readonly market_code: string;
  readonly template_type: DocumentType;
  readonly version: number;
  readonly content_html: string;
  readonly updated_at: Date;
}

export interface DocumentTemplateVersionRow {
  readonly id: string;
  readonly template_id: string;
  readonly version: number;
  readonly content_html: string;
  readonly saved_by: string;
  readonly saved_at: Date;
}

/** A file without its bytes. */
export interface StoredFileRow {
  readonly id: string;
  readonly locator: string;
  readonly owner_party_locator: string | null;
  readonly filename: string;
  readonly content_type: string;
  readonly content_hash: string;
  readonly size_bytes: number;
}

/** Bytes on their way out. */
export interface FileContentRow {
  readonly locator: string;
  readonly ownerPartyLocator: string | null;
  readonly filename: string;
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly contentHash: string;
  /** Of an upload only. */
  readonly uploadedBy?: string;
  readonly base64: string;
}
