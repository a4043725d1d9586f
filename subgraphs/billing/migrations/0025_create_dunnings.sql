-- +goose Up
-- What follows when an installment is overdue: grace for each policy that it pays for, and lapse at its end. One row a policy and installment, so that a job that
-- runs twice begins nothing twice.
CREATE TABLE billing.dunnings (
  id uuid PRIMARY KEY,
  policy_id uuid NOT NULL REFERENCES billing.policies (id),
  account_id uuid NOT NULL REFERENCES billing.accounts (id),
  installment_id uuid NOT NULL REFERENCES billing.installments (id),
  status text NOT NULL CHECK (status IN ('GRACE', 'CURED', 'LAPSED', 'REINSTATED')),
  due_date date NOT NULL,
  grace_until date NOT NULL,
  paid_to date NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT dunnings_once UNIQUE (policy_id, installment_id)
);
COMMENT ON COLUMN billing.dunnings.grace_until IS 'Half-open: the first day on which there is no grace any more.';
COMMENT ON COLUMN billing.dunnings.paid_to IS 'The first day of cover that is not paid for; a lapse reaches back to it.';
CREATE INDEX dunnings_in_grace ON billing.dunnings (account_id, grace_until) WHERE status = 'GRACE';
CREATE INDEX dunnings_by_installment ON billing.dunnings (installment_id);
-- +goose Down
DROP TABLE billing.dunnings;
