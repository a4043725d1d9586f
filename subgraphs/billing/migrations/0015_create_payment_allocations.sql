-- +goose Up
-- Which installment which money has paid. A null payment is credit that stood on the account; a negative amount takes an allocation back.
CREATE TABLE billing.payment_allocations (
  id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES billing.accounts (id),
  payment_id uuid REFERENCES billing.payments (id),
  invoice_id uuid NOT NULL REFERENCES billing.invoices (id),
  installment_id uuid NOT NULL REFERENCES billing.installments (id),
  journal_id uuid NOT NULL REFERENCES billing.journals (id),
  amount numeric(19,4) NOT NULL CHECK (amount <> 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  created_at timestamptz NOT NULL
);
CREATE INDEX payment_allocations_by_installment ON billing.payment_allocations (installment_id);
CREATE INDEX payment_allocations_by_invoice ON billing.payment_allocations (invoice_id) INCLUDE (amount);
CREATE INDEX payment_allocations_by_account ON billing.payment_allocations (account_id);
CREATE INDEX payment_allocations_by_payment ON billing.payment_allocations (payment_id);
-- +goose Down
DROP TABLE billing.payment_allocations;
