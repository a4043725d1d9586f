-- +goose Up
-- The answers that a transaction was made with, so that each step of a policy's history can be read on its own.
CREATE TABLE enrollment.transaction_field_values (
  id uuid PRIMARY KEY,
  transaction_id uuid NOT NULL REFERENCES enrollment.policy_transactions (id),
  field_def_id uuid NOT NULL,
  field_key text NOT NULL,
  value jsonb NOT NULL,
  UNIQUE (transaction_id, field_def_id)
);
-- +goose Down
DROP TABLE enrollment.transaction_field_values;
