-- +goose Up
-- Every evaluation with what went in and what came out, so that a decision can be explained later. Facts are ids, codes, ages and answers; never names.
CREATE TABLE policy_admin.rule_evaluations (
  id uuid PRIMARY KEY,
  rule_set_id uuid NOT NULL REFERENCES policy_admin.rule_sets (id),
  entity_id uuid NOT NULL,
  inputs jsonb NOT NULL,
  result jsonb NOT NULL,
  evaluated_at timestamptz NOT NULL
);
COMMENT ON TABLE policy_admin.rule_evaluations IS 'append-only: what was decided stays explained';
CREATE INDEX rule_evaluations_by_entity ON policy_admin.rule_evaluations (entity_id, id DESC);
-- +goose Down
DROP TABLE policy_admin.rule_evaluations;
