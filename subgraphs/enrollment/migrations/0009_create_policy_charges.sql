-- +goose Up
-- What each transaction charged or gave back. A refund is calculated from these rows, at the rate that was charged, never from today's.
CREATE TABLE enrollment.policy_charges (
  id uuid PRIMARY KEY,
  policy_id uuid NOT NULL REFERENCES enrollment.policies (id),
  transaction_id uuid NOT NULL REFERENCES enrollment.policy_transactions (id),
  term_id uuid NOT NULL REFERENCES enrollment.policy_terms (id),
  charge_key text NOT NULL,
  category text NOT NULL CHECK (category IN ('PREMIUM', 'TAX', 'FEE')),
  amount numeric(19, 4) NOT NULL,
  currency char(3) NOT NULL,
  effective_from date NOT NULL,
  effective_to date NOT NULL,
  element_static_id uuid,
  tax_name text,
  tax_rate numeric(12, 8),
  UNIQUE (transaction_id, charge_key),
  CHECK (effective_from <= effective_to),
  CHECK ((category = 'TAX') = (tax_rate IS NOT NULL)),
  CHECK ((category = 'PREMIUM') = (element_static_id IS NOT NULL))
);
CREATE INDEX policy_charges_by_policy ON enrollment.policy_charges (policy_id, id);
COMMENT ON TABLE enrollment.policy_charges IS 'append-only: what was charged stays as it was charged';
-- +goose Down
DROP TABLE enrollment.policy_charges;
