-- +goose Up
-- Why the plan does not pay the whole of a line: group code (who bears it), CARC reason and amount; several a line. The group code stands beside the reason, so
-- that a write-off is never shown to a member as a debt.
CREATE TABLE claims.line_adjustments (
  id uuid PRIMARY KEY,
  decision_id uuid NOT NULL REFERENCES claims.claim_decisions (id),
  claim_id uuid NOT NULL REFERENCES claims.claims (id),
  line_number integer NOT NULL,
  sequence integer NOT NULL,
  group_code text NOT NULL CHECK (group_code IN ('CO', 'PR', 'OA', 'PI')),
  reason_code text NOT NULL,
  amount numeric(19,4) NOT NULL CHECK (amount > 0),
  CONSTRAINT line_adjustments_sequence UNIQUE (decision_id, line_number, sequence)
);
COMMENT ON TABLE claims.line_adjustments IS 'append-only: they belong to a decision';
-- +goose Down
DROP TABLE claims.line_adjustments;
