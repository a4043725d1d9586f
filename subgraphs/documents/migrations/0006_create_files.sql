-- +goose Up
-- What people uploaded. A mutation elsewhere takes the locator; the bytes and their hash stay here. Ten megabytes at most.
CREATE TABLE documents.files (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  owner_party_locator text,
  uploaded_by text NOT NULL,
  filename text NOT NULL,
  content_type text NOT NULL,
  content bytea NOT NULL,
  content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
  size_bytes integer NOT NULL CHECK (size_bytes = octet_length(content) AND size_bytes BETWEEN 1 AND 10485760),
  created_at timestamptz NOT NULL
);
COMMENT ON COLUMN documents.files.owner_party_locator IS 'Null when staff without a party uploaded it.';
CREATE INDEX files_by_owner ON documents.files (owner_party_locator, id DESC);
-- +goose Down
DROP TABLE documents.files;
