-- +goose Up
-- A finalised invoice is paid in installments (one at least). Before `generate_on` an installment is a plan; from then on it is asked for and takes payments.
CREATE TABLE billing.installments (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  invoice_id uuid NOT NULL REFERENCES billing.invoices (id),
  account_id uuid NOT NULL REFERENCES billing.accounts (id),
  number integer NOT NULL CHECK (number > 0),
  generate_on date NOT NULL,
  due_date date NOT NULL,
  amount numeric(19,4) NOT NULL CHECK (amount >= 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  status text NOT NULL CHECK (status IN ('SCHEDULED', 'DUE', 'PAID', 'OVERDUE', 'WRITTEN_OFF', 'CANCELLED')),
  created_at timestamptz NOT NULL,
  UNIQUE (invoice_id, number)
);
CREATE INDEX installments_to_generate ON billing.installments (generate_on, id) WHERE status = 'SCHEDULED';
CREATE INDEX installments_open ON billing.installments (account_id, due_date, id) WHERE status IN ('DUE', 'OVERDUE');
CREATE INDEX installments_overdue ON billing.installments (id) WHERE status = 'OVERDUE';
CREATE INDEX installments_to_become_overdue ON billing.installments (due_date, id) WHERE status = 'DUE';
-- +goose Down
DROP TABLE billing.installments;
