-- +goose Up
-- What has been used of a limit. One row per policy, party or family, network, type, service and period, made when a claim first uses it. `version`
-- rises with every change of `consumed_amount`: a claim that was decided from an older one is told to recalculate.
CREATE TABLE eligibility.coverage_accumulators (
  id uuid PRIMARY KEY,
  -- all of the identifying columns below as one text: what claims call it by, and the order in which rows are locked
  key text NOT NULL UNIQUE,
  policy_id uuid NOT NULL,
  -- null for the family's
  party_id uuid,
  -- where it was opened; calendar-year ones run on through renewal
  term_id uuid NOT NULL,
  accumulator_type text NOT NULL CHECK (accumulator_type IN ('DEDUCTIBLE', 'OUT_OF_POCKET', 'AMOUNT', 'UNITS', 'VISITS')),
  level text NOT NULL CHECK (level IN ('PERSON', 'FAMILY')),
  network text NOT NULL CHECK (network IN ('IN', 'OUT')),
  element_type text NOT NULL,
  -- null where it counts for the whole element
  coverage_term_key text,
  basis text CHECK (basis IN ('ALLOWED', 'PAID')),
  period text NOT NULL CHECK (period IN ('CALENDAR_YEAR', 'POLICY_PERIOD')),
  period_start date NOT NULL,
  period_end date NOT NULL,
  -- the limit that counted when it was last moved; the service date of each claim decides which limit counts for it
  limit_amount numeric(19,4) NOT NULL CHECK (limit_amount >= 0),
  -- reserved and confirmed together
  consumed_amount numeric(19,4) NOT NULL DEFAULT 0 CHECK (consumed_amount >= 0),
  reserved_amount numeric(19,4) NOT NULL DEFAULT 0 CHECK (reserved_amount >= 0),
  -- null for units and visits
  currency text CHECK (currency ~ '^[A-Z]{3}$'),
  version integer NOT NULL DEFAULT 0 CHECK (version >= 0),
  last_claim_locator text,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CHECK (reserved_amount <= consumed_amount),
  CHECK ((level = 'FAMILY') = (party_id IS NULL)),
  CHECK ((accumulator_type IN ('UNITS', 'VISITS')) = (currency IS NULL)),
  CHECK ((accumulator_type = 'AMOUNT') = (basis IS NOT NULL)),
  CHECK ((accumulator_type IN ('DEDUCTIBLE', 'OUT_OF_POCKET')) = (coverage_term_key IS NULL)),
  CHECK (period_start < period_end)
);
CREATE INDEX coverage_accumulators_policy ON eligibility.coverage_accumulators (policy_id, period_start);
-- +goose Down
DROP TABLE eligibility.coverage_accumulators;
