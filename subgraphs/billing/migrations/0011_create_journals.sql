-- +goose Up
-- A journal is one business fact in double entry. `source` names what it was made from (an event, a command's aggregate), once: a replay posts nothing twice.
CREATE TABLE billing.journals (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  kind text NOT NULL CHECK (kind IN ('CHARGE', 'EARNING', 'CANCELLATION', 'PAYMENT', 'CREDIT_USE', 'REFUND', 'CHARGEBACK', 'WRITE_OFF', 'CLAIM_APPROVAL', 'CLAIM_PAYMENT', 'CLAIM_REVERSAL')),
  source text NOT NULL UNIQUE,
  effective_date date NOT NULL,
  posting_date date NOT NULL,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE billing.journals IS 'append-only: a correction is a journal of its own';
-- +goose Down
DROP TABLE billing.journals;
