-- +goose Up
-- What underwriting has to say. A flag belongs to a quote, and to the policy as well once there is one. Nothing is deleted: a flag is
-- cleared by an underwriter, or withdrawn when the quote was changed or its rule no longer says so.
CREATE TABLE enrollment.underwriting_flags (
  id uuid PRIMARY KEY,
  quote_id uuid REFERENCES enrollment.quotes (id),
  policy_id uuid REFERENCES enrollment.policies (id),
  flag_type text NOT NULL CHECK (flag_type IN ('APPROVE', 'INFO', 'BLOCK', 'DECLINE', 'REJECT')),
  value text NOT NULL,
  raised_by text NOT NULL,
  rule_id text,
  created_at timestamptz NOT NULL,
  cleared_at timestamptz,
  cleared_by text,
  cleared_reason text,
  withdrawn_at timestamptz,
  CHECK (quote_id IS NOT NULL OR policy_id IS NOT NULL),
  CHECK ((cleared_at IS NULL) = (cleared_by IS NULL)),
  -- a reject is permanent
  CHECK (flag_type <> 'REJECT' OR (cleared_at IS NULL AND withdrawn_at IS NULL))
);
CREATE INDEX underwriting_flags_by_quote ON enrollment.underwriting_flags (quote_id, id);
CREATE INDEX underwriting_flags_by_policy ON enrollment.underwriting_flags (policy_id, id) WHERE policy_id IS NOT NULL;
-- one standing flag a rule: a second evaluation at the same time cannot raise it twice
CREATE UNIQUE INDEX underwriting_flags_standing ON enrollment.underwriting_flags (quote_id, flag_type, rule_id) WHERE withdrawn_at IS NULL AND rule_id IS NOT NULL;
-- +goose Down
DROP TABLE enrollment.underwriting_flags;
