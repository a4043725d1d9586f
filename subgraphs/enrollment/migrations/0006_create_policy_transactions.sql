-- +goose Up
-- Everything that ever changed a policy, in the order it was done: issuance, endorsements, renewals, cancellations, their reversals.
CREATE TABLE enrollment.policy_transactions (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  policy_id uuid NOT NULL REFERENCES enrollment.policies (id),
  term_id uuid NOT NULL REFERENCES enrollment.policy_terms (id),
  category text NOT NULL CHECK (category IN ('ISSUANCE', 'ENDORSEMENT', 'RENEWAL', 'CANCELLATION', 'REINSTATEMENT', 'REVERSAL')),
  status text NOT NULL CHECK (status IN ('DRAFT', 'VALIDATED', 'PRICED', 'UNDERWRITTEN', 'REFERRED', 'DECLINED', 'REJECTED', 'ACCEPTED', 'ISSUED', 'REVERSED', 'REFUSED', 'DISCARDED', 'INVALIDATED')),
  effective_date date NOT NULL,
  currency char(3) NOT NULL,
  premium numeric(19, 4) NOT NULL,
  tax numeric(19, 4) NOT NULL,
  fees numeric(19, 4) NOT NULL,
  document jsonb NOT NULL,
  actor text NOT NULL,
  created_at timestamptz NOT NULL,
  issued_at timestamptz
);
CREATE INDEX policy_transactions_by_policy ON enrollment.policy_transactions (policy_id, id);
-- +goose Down
DROP TABLE enrollment.policy_transactions;
