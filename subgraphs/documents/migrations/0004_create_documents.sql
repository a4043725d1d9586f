-- +goose Up
-- What was produced for whom, its bytes beside it with their hash. One document a source event, kind and party: a job that runs twice produces once.
-- `content` is the HTML; a rendition of the same in another type stands in document_renditions.
CREATE TABLE documents.documents (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  party_locator text NOT NULL,
  template_type text NOT NULL CHECK (template_type IN ('POLICY_SCHEDULE', 'INVOICE', 'EXPLANATION_OF_BENEFITS', 'LETTER')),
  template_version integer NOT NULL CHECK (template_version >= 0),
  market_code text NOT NULL,
  subject_type text NOT NULL CHECK (subject_type IN ('POLICY', 'CLAIM', 'INVOICE', 'PARTY')),
  subject_locator text NOT NULL,
  source_event_id uuid NOT NULL,
  filename text NOT NULL,
  content_type text NOT NULL,
  content bytea NOT NULL,
  content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
  size_bytes integer NOT NULL CHECK (size_bytes = octet_length(content)),
  created_at timestamptz NOT NULL,
  UNIQUE (source_event_id, template_type, party_locator)
);
COMMENT ON COLUMN documents.documents.template_version IS '0 is the template that the house ships.';
CREATE INDEX documents_by_party ON documents.documents (party_locator, id DESC);
CREATE INDEX documents_by_subject ON documents.documents (subject_locator, id DESC);
-- +goose Down
DROP TABLE documents.documents;
