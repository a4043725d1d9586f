-- +goose Up
-- Money received from an account. PENDING before the provider is asked, so that a crash in between is found and finished by the same key.
CREATE TABLE billing.payments (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  invoice_id uuid REFERENCES billing.invoices (id),
  account_id uuid NOT NULL REFERENCES billing.accounts (id),
  amount numeric(19,4) NOT NULL CHECK (amount > 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  method text NOT NULL CHECK (method IN ('CARD', 'DIRECT_DEBIT', 'BANK_TRANSFER', 'CHEQUE', 'CASH')),
  reference text,
  source_token text,
  status text NOT NULL CHECK (status IN ('PENDING', 'SETTLED', 'FAILED', 'CANCELLED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'CHARGED_BACK')),
  failure_reason text,
  received_on date NOT NULL,
  settled_at timestamptz,
  created_at timestamptz NOT NULL,
  CONSTRAINT payments_settled_at CHECK ((status IN ('PENDING', 'FAILED', 'CANCELLED')) = (settled_at IS NULL))
);
COMMENT ON COLUMN billing.payments.source_token IS 'What the provider is asked with; forgotten as soon as the provider has decided.';
CREATE INDEX payments_by_account ON billing.payments (account_id, id DESC);
CREATE INDEX payments_by_invoice ON billing.payments (invoice_id, id DESC) WHERE invoice_id IS NOT NULL;
CREATE INDEX payments_pending ON billing.payments (created_at) WHERE status = 'PENDING';
-- +goose Down
DROP TABLE billing.payments;
