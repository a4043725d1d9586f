-- +goose Up
-- Answers to the product's own questions, checked against its field definitions; one answer a question. Values are JSON: text, numbers as text, booleans.
CREATE TABLE enrollment.quote_field_values (
  id uuid PRIMARY KEY,
  quote_id uuid NOT NULL REFERENCES enrollment.quotes (id),
  field_def_id uuid NOT NULL,
  field_key text NOT NULL,
  value jsonb NOT NULL,
  UNIQUE (quote_id, field_def_id)
);
-- +goose Down
DROP TABLE enrollment.quote_field_values;
