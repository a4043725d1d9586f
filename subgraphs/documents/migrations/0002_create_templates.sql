-- +goose Up
-- The template in use for a market and kind of document; the versions before it stand beside it. A market without a row uses the one the house ships.
CREATE TABLE documents.templates (
  id uuid PRIMARY KEY,
  market_code text NOT NULL,
  template_type text NOT NULL CHECK (template_type IN ('POLICY_SCHEDULE', 'INVOICE', 'EXPLANATION_OF_BENEFITS', 'LETTER')),
  version integer NOT NULL CHECK (version > 0),
  content_html text NOT NULL CHECK (length(content_html) <= 200000),
  updated_at timestamptz NOT NULL,
  UNIQUE (market_code, template_type)
);
-- +goose Down
DROP TABLE documents.templates;
