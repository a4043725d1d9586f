-- +goose Up
-- One amount that an account owes or is owed, made by exactly one event of enrollment or claims: (event, key) is unique, so that a replay adds nothing.
CREATE TABLE billing.charges (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  account_id uuid NOT NULL,
  policy_id uuid NOT NULL,
  term_id uuid,
  claim_id uuid,
  party_id uuid,
  category text NOT NULL CHECK (category IN ('PREMIUM', 'TAX', 'FEE', 'CLAIM_PAYMENT', 'REFUND')),
  component text NOT NULL CHECK (component IN ('PREMIUM', 'TAX', 'FEE', 'CLAIM')),
  amount numeric(19,4) NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  status text NOT NULL CHECK (status IN ('POSTED', 'INVOICED', 'SETTLED', 'REVERSED')),
  charge_date date NOT NULL,
  period_from date,
  period_to date,
  proration_basis text CHECK (proration_basis IN ('DAY', 'MONTH')),
  closed_on date,
  element_static_id uuid,
  lob text,
  payee_kind text CHECK (payee_kind IN ('PROVIDER', 'MEMBER')),
  payee_locator text,
  source_event_id uuid NOT NULL,
  source_key text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT charges_once_per_event UNIQUE (source_event_id, source_key),
  CONSTRAINT charges_claim_payment_names_claim CHECK ((category = 'CLAIM_PAYMENT') = (claim_id IS NOT NULL)),
  CONSTRAINT charges_sign CHECK (CASE category WHEN 'REFUND' THEN amount < 0 ELSE amount >= 0 END),
  CONSTRAINT charges_period CHECK (period_from IS NULL OR period_from < period_to)
);
COMMENT ON COLUMN billing.charges.closed_on IS 'All of it is earned, or a cancellation has settled what was left unearned: nothing of this charge is earned after this day.';
COMMENT ON COLUMN billing.charges.party_id IS 'Whose claim it is: a claim''s charge is seen by the claimant, not by whoever holds the policy.';
CREATE INDEX charges_by_account ON billing.charges (account_id, id DESC);
CREATE INDEX charges_by_policy ON billing.charges (policy_id, id DESC);
CREATE INDEX charges_by_claim ON billing.charges (claim_id, id DESC) WHERE claim_id IS NOT NULL;
CREATE INDEX charges_to_invoice ON billing.charges (account_id) WHERE status = 'POSTED' AND category IN ('PREMIUM', 'TAX', 'FEE');
CREATE INDEX charges_by_term ON billing.charges (term_id) WHERE component = 'PREMIUM' AND closed_on IS NULL;
CREATE INDEX charges_to_earn ON billing.charges (id) WHERE component = 'PREMIUM' AND closed_on IS NULL;
-- +goose Down
DROP TABLE billing.charges;
