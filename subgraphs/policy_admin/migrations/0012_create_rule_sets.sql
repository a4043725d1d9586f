-- +goose Up
-- Rules that belong together: a decision asks one set.
CREATE TABLE policy_admin.rule_sets (
  id uuid PRIMARY KEY,
  product_version_id uuid NOT NULL REFERENCES policy_admin.product_versions (id),
  name text NOT NULL,
  rule_set_type text NOT NULL CHECK (rule_set_type IN ('UNDERWRITING', 'ELIGIBILITY', 'PRICING', 'ADJUDICATION')),
  UNIQUE (product_version_id, name)
);
CREATE INDEX rule_sets_by_type ON policy_admin.rule_sets (product_version_id, rule_set_type);
-- +goose Down
DROP TABLE policy_admin.rule_sets;
