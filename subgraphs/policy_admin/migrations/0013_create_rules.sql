-- +goose Up
-- One condition in the expression language and what follows when it holds. Lower priority numbers come first.
CREATE TABLE policy_admin.rules (
  id uuid PRIMARY KEY,
  rule_set_id uuid NOT NULL REFERENCES policy_admin.rule_sets (id),
  name text NOT NULL,
  condition text NOT NULL,
  action jsonb NOT NULL,
  priority integer NOT NULL,
  UNIQUE (rule_set_id, name)
);
CREATE INDEX rules_in_order ON policy_admin.rules (rule_set_id, priority, id);
-- +goose Down
DROP TABLE policy_admin.rules;
