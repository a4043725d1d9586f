-- +goose Up
-- What a broker earns by a policy, a row for each transaction. Nothing earned is ever changed: a clawback is a negative row, a reinstatement another positive one. Each row is
-- made by exactly one event.
CREATE TABLE broker_api.commissions (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  broker_id uuid NOT NULL REFERENCES broker_api.broker_configs (broker_id),
  broker_locator text NOT NULL,
  policy_id uuid NOT NULL,
  policy_locator text NOT NULL,
  transaction_locator text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('ACCRUAL', 'CLAWBACK', 'REINSTATEMENT')),
  rate numeric(7,6) NOT NULL,
  base_amount numeric(19,4) NOT NULL,
  amount numeric(19,4) NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  status text NOT NULL CHECK (status IN ('PENDING', 'PAID')),
  earned_from date NOT NULL,
  earned_months integer NOT NULL CHECK (earned_months > 0),
  effective_date date NOT NULL,
  source_event_id uuid NOT NULL UNIQUE,
  created_at timestamptz NOT NULL,
  paid_at timestamptz,
  CONSTRAINT commissions_sign CHECK ((kind = 'CLAWBACK') = (amount < 0) OR kind = 'ACCRUAL' OR amount = 0),
  CONSTRAINT commissions_paid_at CHECK ((status = 'PAID') = (paid_at IS NOT NULL))
);
CREATE INDEX commissions_by_broker ON broker_api.commissions (broker_locator, id DESC);
CREATE INDEX commissions_by_policy ON broker_api.commissions (policy_locator, id DESC);
CREATE INDEX commissions_pending ON broker_api.commissions (broker_locator, id) WHERE status = 'PENDING';
-- +goose Down
DROP TABLE broker_api.commissions;
