-- +goose Up
-- A correction of what an invoice asks for that does not touch the invoice itself, for instance a write-off.
CREATE TABLE billing.adjustments (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  invoice_id uuid REFERENCES billing.invoices (id),
  account_id uuid NOT NULL REFERENCES billing.accounts (id),
  reason text NOT NULL CHECK (reason IN ('WRITE_OFF')),
  amount numeric(19,4) NOT NULL CHECK (amount <> 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  created_at timestamptz NOT NULL
);
CREATE INDEX adjustments_by_invoice ON billing.adjustments (invoice_id) WHERE invoice_id IS NOT NULL;
-- +goose Down
DROP TABLE billing.adjustments;
