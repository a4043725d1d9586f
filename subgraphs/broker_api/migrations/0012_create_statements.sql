-- +goose Up
-- What a broker is told: what was carried forward, what was earned and taken back since, and what comes of it. More than zero is DUE and is paid by a run; anything else is carried forward
-- into the next statement.
CREATE TABLE broker_api.statements (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  broker_id uuid NOT NULL REFERENCES broker_api.broker_configs (broker_id),
  broker_locator text NOT NULL,
  until date NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  brought_forward numeric(19,4) NOT NULL CHECK (brought_forward <= 0),
  earned numeric(19,4) NOT NULL,
  taken_back numeric(19,4) NOT NULL CHECK (taken_back <= 0),
  total numeric(19,4) NOT NULL,
  status text NOT NULL CHECK (status IN ('DUE', 'CARRIED_FORWARD', 'PAID')),
  carried_into uuid REFERENCES broker_api.statements (id),
  payment_run_id uuid REFERENCES broker_api.payment_runs (id),
  created_at timestamptz NOT NULL,
  paid_at timestamptz,
  CONSTRAINT statements_total CHECK (total = brought_forward + earned + taken_back),
  CONSTRAINT statements_due CHECK ((total > 0) = (status <> 'CARRIED_FORWARD')),
  CONSTRAINT statements_paid CHECK ((status = 'PAID') = (paid_at IS NOT NULL))
);
CREATE INDEX statements_by_broker ON broker_api.statements (broker_locator, id DESC);
CREATE INDEX statements_carried ON broker_api.statements (broker_locator, currency) WHERE status = 'CARRIED_FORWARD' AND carried_into IS NULL;
CREATE INDEX statements_by_run ON broker_api.statements (payment_run_id) WHERE payment_run_id IS NOT NULL;
-- +goose Down
DROP TABLE broker_api.statements;
