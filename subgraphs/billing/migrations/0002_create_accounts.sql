-- +goose Up
-- What billing must know of an account to invoice it (level, currency, plan of its policies comes with each policy), learned from events,
-- so that no invoice waits for another service. Its row is the lock under which all money of an account moves.
CREATE TABLE billing.accounts (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  billing_level text NOT NULL CHECK (billing_level IN ('ACCOUNT', 'POLICY')),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  created_at timestamptz NOT NULL
);
-- +goose Down
DROP TABLE billing.accounts;
