-- +goose Up
-- The questions a version asks: on a quote, a policy or a transaction. `options` holds min, max, pattern and choices.
CREATE TABLE policy_admin.field_definitions (
  id uuid PRIMARY KEY,
  product_version_id uuid NOT NULL REFERENCES policy_admin.product_versions (id),
  field_key text NOT NULL CHECK (field_key ~ '^[a-z][a-z0-9_]{0,59}$'),
  label text NOT NULL,
  field_type text NOT NULL CHECK (field_type IN ('STRING', 'INTEGER', 'DECIMAL', 'BOOLEAN', 'DATE', 'ENUM', 'MONEY')),
  applies_to text NOT NULL DEFAULT 'QUOTE' CHECK (applies_to IN ('QUOTE', 'POLICY', 'TRANSACTION')),
  required boolean NOT NULL,
  options jsonb NOT NULL DEFAULT '{}',
  UNIQUE (product_version_id, field_key)
);
-- +goose Down
DROP TABLE policy_admin.field_definitions;
