-- +goose Up
-- Every version of a template as it was saved, so that a document can be explained by what it was made from. `saved_by` is a token's subject.
CREATE TABLE documents.template_versions (
  id uuid PRIMARY KEY,
  template_id uuid NOT NULL REFERENCES documents.templates (id),
  version integer NOT NULL,
  content_html text NOT NULL,
  saved_by text NOT NULL,
  saved_at timestamptz NOT NULL,
  UNIQUE (template_id, version)
);
COMMENT ON TABLE documents.template_versions IS 'append-only: what documents were made from';
-- +goose Down
DROP TABLE documents.template_versions;
