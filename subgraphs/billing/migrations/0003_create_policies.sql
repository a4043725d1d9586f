-- +goose Up
-- What billing must know of a policy: its account, line of business for the trial balance, and its payment plan.
CREATE TABLE billing.policies (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  account_id uuid NOT NULL REFERENCES billing.accounts (id),
  product_code text NOT NULL,
  lob text,
  proration_basis text NOT NULL CHECK (proration_basis IN ('DAY', 'MONTH')),
  installments integer NOT NULL CHECK (installments BETWEEN 1 AND 366),
  grace_days integer NOT NULL CHECK (grace_days >= 0),
  created_at timestamptz NOT NULL
);
CREATE INDEX policies_by_account ON billing.policies (account_id);
-- +goose Down
DROP TABLE billing.policies;
