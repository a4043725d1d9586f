-- +goose Up
-- What is covered in a term (medical, dental, …). `static_id` is the element's own identity: it lives on when a later term has a new row for it.
-- `document` is the element of the product version, as agreed.
CREATE TABLE enrollment.policy_elements (
  id uuid PRIMARY KEY,
  static_id uuid NOT NULL,
  policy_id uuid NOT NULL REFERENCES enrollment.policies (id),
  term_id uuid NOT NULL REFERENCES enrollment.policy_terms (id),
  element_type text NOT NULL,
  premium numeric(19, 4) NOT NULL CHECK (premium >= 0),
  currency char(3) NOT NULL,
  document jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (term_id, static_id)
);
CREATE INDEX policy_elements_by_policy ON enrollment.policy_elements (policy_id, id);
-- +goose Down
DROP TABLE enrollment.policy_elements;
