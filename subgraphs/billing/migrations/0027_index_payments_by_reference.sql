-- +goose Up
-- A provider's notice of a chargeback names its own reference, and the payment is found by it.
CREATE INDEX payments_by_reference ON billing.payments (reference) WHERE reference IS NOT NULL;
-- +goose Down
DROP INDEX billing.payments_by_reference;
