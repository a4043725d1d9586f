-- +goose Up
-- When a dependant comes of the product's age within a term: the day is written down when the policy is issued or changed, while the date of birth is at hand, so that the job that takes them off
-- finds the due ones by an index and birth dates stay with policy administration.
CREATE TABLE enrollment.dependant_leavings (
  id uuid PRIMARY KEY,
  policy_id uuid NOT NULL REFERENCES enrollment.policies (id),
  party_locator text NOT NULL,
  leaves_on date NOT NULL,
  done_at timestamptz,
  created_at timestamptz NOT NULL,
  UNIQUE (policy_id, party_locator)
);
CREATE INDEX dependant_leavings_due ON enrollment.dependant_leavings (leaves_on) WHERE done_at IS NULL;
-- +goose Down
DROP TABLE enrollment.dependant_leavings;
