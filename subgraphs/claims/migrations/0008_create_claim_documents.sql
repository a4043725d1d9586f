-- +goose Up
-- What was handed in with a claim. `url` is always our own `/files/<locator>`, never an address that a caller wrote.
CREATE TABLE claims.claim_documents (
  id uuid PRIMARY KEY,
  claim_id uuid NOT NULL REFERENCES claims.claims (id),
  filename text NOT NULL,
  content_type text NOT NULL,
  size_bytes integer NOT NULL CHECK (size_bytes BETWEEN 1 AND 10485760),
  url text NOT NULL CHECK (url ~ '^/files/[a-z]{2,5}_[0-9a-z]{26}$'),
  added_by text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT claim_documents_once UNIQUE (claim_id, url)
);
-- +goose Down
DROP TABLE claims.claim_documents;
