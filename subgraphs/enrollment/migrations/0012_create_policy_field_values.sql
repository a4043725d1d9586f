-- +goose Up
-- The answers as they were when the policy was issued; the quote's may never change them again.
CREATE TABLE enrollment.policy_field_values (
  id uuid PRIMARY KEY,
  policy_id uuid NOT NULL REFERENCES enrollment.policies (id),
  field_def_id uuid NOT NULL,
  field_key text NOT NULL,
  value jsonb NOT NULL,
  UNIQUE (policy_id, field_def_id)
);
-- +goose Down
DROP TABLE enrollment.policy_field_values;
