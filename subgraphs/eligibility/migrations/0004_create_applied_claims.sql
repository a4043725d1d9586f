-- +goose Up
-- What a claim has done to accumulators, by its locator: this row is what makes reserve, confirm and release idempotent, and what they lock first.
CREATE TABLE eligibility.applied_claims (
  claim_locator text PRIMARY KEY,
  policy_id uuid NOT NULL,
  party_id uuid NOT NULL,
  status text NOT NULL CHECK (status IN ('NONE', 'RESERVED', 'CONFIRMED', 'RELEASED', 'REVERSED')),
  -- a hash of the movements, to tell the same request from another
  request_hash text NOT NULL,
  replaces text,
  reserved_at timestamptz,
  confirmed_at timestamptz,
  ended_at timestamptz,
  created_at timestamptz NOT NULL,
  CHECK (status <> 'RESERVED' OR reserved_at IS NOT NULL),
  CHECK (status <> 'CONFIRMED' OR confirmed_at IS NOT NULL),
  CHECK ((status IN ('RELEASED', 'REVERSED')) = (ended_at IS NOT NULL))
);
-- +goose Down
DROP TABLE eligibility.applied_claims;
