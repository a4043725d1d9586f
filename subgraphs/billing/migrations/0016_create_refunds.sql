-- +goose Up
-- Money given back out of one payment, PENDING before the provider is asked. The rows of a payment that have not failed never sum to more than it.
CREATE TABLE billing.refunds (
  id uuid PRIMARY KEY,
  payment_id uuid NOT NULL REFERENCES billing.payments (id),
  amount numeric(19,4) NOT NULL CHECK (amount > 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  reason text NOT NULL,
  reference text,
  status text NOT NULL CHECK (status IN ('PENDING', 'SETTLED', 'FAILED')),
  created_at timestamptz NOT NULL
);
CREATE INDEX refunds_pending ON billing.refunds (created_at) WHERE status = 'PENDING';
CREATE INDEX refunds_by_payment ON billing.refunds (payment_id);
-- +goose Down
DROP TABLE billing.refunds;
