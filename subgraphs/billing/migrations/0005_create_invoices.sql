-- +goose Up
-- What an account is asked to pay, as one document of several charges.
CREATE TABLE billing.invoices (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  account_id uuid NOT NULL REFERENCES billing.accounts (id),
  policy_id uuid,
  status text NOT NULL CHECK (status IN ('DRAFT', 'FINALISED', 'PAID', 'VOID', 'WRITTEN_OFF')),
  total_amount numeric(19,4) NOT NULL CHECK (total_amount >= 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  due_date date NOT NULL,
  finalised_at timestamptz,
  paid_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT invoices_finalised_at CHECK (status IN ('DRAFT', 'VOID') OR finalised_at IS NOT NULL),
  CONSTRAINT invoices_paid_at CHECK ((status = 'PAID') = (paid_at IS NOT NULL))
);
COMMENT ON COLUMN billing.invoices.policy_id IS 'Set where the account is billed by policy.';
CREATE INDEX invoices_by_account ON billing.invoices (account_id, id DESC);
CREATE INDEX invoices_open ON billing.invoices (account_id, due_date, id) WHERE status = 'FINALISED';
-- +goose Down
DROP TABLE billing.invoices;
