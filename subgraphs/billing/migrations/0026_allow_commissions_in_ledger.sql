-- +goose Up
-- What brokers earn is in the ledger too: accrued, taken back and paid, each about one commission.
ALTER TABLE billing.journals DROP CONSTRAINT journals_kind_check;
ALTER TABLE billing.journals ADD CONSTRAINT journals_kind_check CHECK (kind IN ('CHARGE', 'EARNING', 'CANCELLATION', 'PAYMENT', 'CREDIT_USE', 'REFUND', 'CHARGEBACK', 'WRITE_OFF',
  'CLAIM_APPROVAL', 'CLAIM_PAYMENT', 'CLAIM_REVERSAL', 'COMMISSION', 'COMMISSION_PAYMENT'));
ALTER TABLE billing.ledger_entries DROP CONSTRAINT ledger_entries_reference_type_check;
ALTER TABLE billing.ledger_entries ADD CONSTRAINT ledger_entries_reference_type_check CHECK (reference_type IN ('CHARGE', 'PAYMENT', 'INVOICE', 'INSTALLMENT', 'CLAIM', 'COMMISSION'));
-- +goose Down
-- What is in the ledger stays: rows of commissions are kept, and no new ones are taken.
ALTER TABLE billing.journals DROP CONSTRAINT journals_kind_check;
ALTER TABLE billing.journals ADD CONSTRAINT journals_kind_check CHECK (kind IN ('CHARGE', 'EARNING', 'CANCELLATION', 'PAYMENT', 'CREDIT_USE', 'REFUND', 'CHARGEBACK', 'WRITE_OFF',
  'CLAIM_APPROVAL', 'CLAIM_PAYMENT', 'CLAIM_REVERSAL')) NOT VALID;
ALTER TABLE billing.ledger_entries DROP CONSTRAINT ledger_entries_reference_type_check;
ALTER TABLE billing.ledger_entries ADD CONSTRAINT ledger_entries_reference_type_check CHECK (reference_type IN ('CHARGE', 'PAYMENT', 'INVOICE', 'INSTALLMENT', 'CLAIM')) NOT VALID;
