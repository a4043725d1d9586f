-- +goose Up
-- The same document in another type, the PDF.
CREATE TABLE documents.document_renditions (
  id uuid PRIMARY KEY,
  document_id uuid NOT NULL REFERENCES documents.documents (id) ON DELETE CASCADE,
  content_type text NOT NULL,
  content bytea NOT NULL,
  content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
  size_bytes integer NOT NULL CHECK (size_bytes = octet_length(content)),
  created_at timestamptz NOT NULL,
  UNIQUE (document_id, content_type)
);
-- +goose Down
DROP TABLE documents.document_renditions;
