-- +goose Up
-- Which claims were incurred under a policy, as their owner tells it: within the cooling-off days a policy without any is given back in full, one with a claim pro rata. Ids only; what a claim is
-- about stays where it belongs.
CREATE TABLE enrollment.incurred_claims (
  claim_id uuid PRIMARY KEY,
  policy_id uuid NOT NULL,
  -- false once it was denied, withdrawn or reversed
  is_incurred boolean NOT NULL,
  updated_at timestamptz NOT NULL
);
CREATE INDEX incurred_claims_by_policy ON enrollment.incurred_claims (policy_id) WHERE is_incurred;
-- +goose Down
DROP TABLE enrollment.incurred_claims;
