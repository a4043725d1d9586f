-- +goose Up
-- A reversal frees amounts; claims that were decided while they were taken may now deserve another look. They are listed here, never changed by themselves.
CREATE TABLE eligibility.accumulator_reviews (
  id uuid PRIMARY KEY,
  claim_locator text NOT NULL,
  reversed_claim text NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (claim_locator, reversed_claim)
);
-- +goose Down
DROP TABLE eligibility.accumulator_reviews;
