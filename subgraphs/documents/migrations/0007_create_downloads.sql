-- +goose Up
-- Who read which bytes and when. `actor` is a token's subject, or the service that fetched them for somebody.
CREATE TABLE documents.downloads (
  id uuid PRIMARY KEY,
  locator text NOT NULL,
  content_type text NOT NULL,
  actor text NOT NULL,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE documents.downloads IS 'append-only: an audit trail';
CREATE INDEX downloads_by_locator ON documents.downloads (locator, id);
-- +goose Down
DROP TABLE documents.downloads;
