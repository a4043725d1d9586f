-- +goose Up
-- The audit row of every transition of a charge, invoice, payment, installment or dunning. `actor` is a token's subject or the name of a service.
CREATE TABLE billing.status_changes (
  id uuid PRIMARY KEY,
  entity text NOT NULL CHECK (entity IN ('CHARGE', 'INVOICE', 'PAYMENT', 'INSTALLMENT', 'DUNNING')),
  entity_id uuid NOT NULL,
  command text NOT NULL,
  from_status text,
  to_status text NOT NULL,
  actor text NOT NULL,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE billing.status_changes IS 'append-only: an audit trail';
CREATE INDEX status_changes_by_entity ON billing.status_changes (entity_id, id);
-- +goose Down
DROP TABLE billing.status_changes;
