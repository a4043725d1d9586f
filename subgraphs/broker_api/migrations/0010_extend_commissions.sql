-- +goose Up
-- A change of terms can reach back: what each policy should have earned, less what it has, is a row of its own. A commission is on one statement at most. Commissions may be a flat amount for
-- each policy and term instead of a share.
ALTER TABLE broker_api.broker_configs ADD COLUMN flat_commission numeric(19,4) CHECK (flat_commission >= 0);
ALTER TABLE broker_api.commissions
  DROP CONSTRAINT commissions_kind_check,
  DROP CONSTRAINT commissions_sign,
  ADD CONSTRAINT commissions_kind_check CHECK (kind IN ('ACCRUAL', 'CLAWBACK', 'REINSTATEMENT', 'RECALCULATION')),
  ADD CONSTRAINT commissions_sign CHECK (kind IN ('ACCRUAL', 'RECALCULATION') OR (kind = 'CLAWBACK') = (amount < 0) OR amount = 0),
  ADD COLUMN is_flat boolean NOT NULL DEFAULT false,
  ADD COLUMN statement_id uuid;
CREATE INDEX commissions_by_statement ON broker_api.commissions (statement_id, id) WHERE statement_id IS NOT NULL;
CREATE INDEX commissions_unstated ON broker_api.commissions (broker_locator, effective_date) WHERE statement_id IS NULL AND status = 'PENDING';
-- +goose Down
DELETE FROM broker_api.commissions WHERE kind = 'RECALCULATION';
ALTER TABLE broker_api.commissions
  DROP CONSTRAINT commissions_kind_check,
  DROP CONSTRAINT commissions_sign,
  ADD CONSTRAINT commissions_kind_check CHECK (kind IN ('ACCRUAL', 'CLAWBACK', 'REINSTATEMENT')),
  ADD CONSTRAINT commissions_sign CHECK ((kind = 'CLAWBACK') = (amount < 0) OR kind = 'ACCRUAL' OR amount = 0),
  DROP COLUMN is_flat,
  DROP COLUMN statement_id;
ALTER TABLE broker_api.broker_configs DROP COLUMN flat_commission;
