-- +goose Up
-- The double-entry ledger: the one truth about balances. Rows are added, never changed; the effective date says when a fact holds, the posting date when
-- it was booked.
CREATE TABLE billing.ledger_entries (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  journal_id uuid NOT NULL REFERENCES billing.journals (id),
  account_id uuid,
  policy_id uuid,
  ledger_account text NOT NULL CHECK (ledger_account IN ('RECEIVABLE', 'UNEARNED_PREMIUM', 'PREMIUM_INCOME', 'FEE_INCOME', 'TAX_PAYABLE', 'CASH',
    'MEMBER_CREDIT', 'CLAIMS_EXPENSE', 'CLAIMS_PAYABLE', 'PROVIDER_RECOVERABLE', 'COMMISSION_EXPENSE', 'COMMISSION_PAYABLE', 'BAD_DEBT')),
  entry_type text NOT NULL,
  reference_id uuid NOT NULL,
  reference_type text NOT NULL CHECK (reference_type IN ('CHARGE', 'PAYMENT', 'INVOICE', 'INSTALLMENT', 'CLAIM')),
  direction text NOT NULL CHECK (direction IN ('DEBIT', 'CREDIT')),
  amount numeric(19,4) NOT NULL CHECK (amount > 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  lob text,
  effective_date date NOT NULL,
  posting_date date NOT NULL,
  created_at timestamptz NOT NULL
);
COMMENT ON TABLE billing.ledger_entries IS 'append-only: a mistake is mirrored, never edited';
CREATE INDEX ledger_entries_by_journal ON billing.ledger_entries (journal_id);
CREATE INDEX ledger_entries_by_account ON billing.ledger_entries (account_id, ledger_account, effective_date) INCLUDE (direction, amount, currency);
CREATE INDEX ledger_entries_by_reference ON billing.ledger_entries (reference_id, ledger_account) INCLUDE (direction, amount);
-- +goose Down
DROP TABLE billing.ledger_entries;
