-- +goose Up
-- Who is covered for what and when: a row per party, policy element and period, made from policy events. Nothing but the mark of supersession is
-- ever changed, so that a decision of the past can be explained; ids and times are the event's, so that a rebuild makes the same rows.
CREATE TABLE eligibility.member_coverage (
  id uuid PRIMARY KEY,
  party_id uuid NOT NULL,
  party_locator text NOT NULL,
  policy_id uuid NOT NULL,
  policy_locator text NOT NULL,
  policy_element_id uuid NOT NULL,
  element_static_id uuid NOT NULL,
  term_id uuid NOT NULL,
  term_from date NOT NULL,
  term_to date NOT NULL,
  product_code text NOT NULL,
  element_type text NOT NULL,
  -- the services of the element as the product version has them
  coverage_terms jsonb NOT NULL,
  -- the rest of the element: deductible, out-of-pocket maximum, how networks count across
  element_terms jsonb NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  scheme text,
  status text NOT NULL CHECK (status IN ('ACTIVE', 'CANCELLED', 'SUPERSEDED')),
  effective_from date NOT NULL,
  effective_to date NOT NULL,
  event_id uuid NOT NULL,
  recorded_at timestamptz NOT NULL,
  superseded_by uuid,
  superseded_at timestamptz,
  CHECK (term_from < term_to),
  CHECK (effective_from <= effective_to),
  CHECK ((status = 'SUPERSEDED') = (superseded_by IS NOT NULL)),
  CHECK ((superseded_by IS NULL) = (superseded_at IS NULL))
);
CREATE INDEX member_coverage_party ON eligibility.member_coverage (party_id, policy_id) WHERE status <> 'SUPERSEDED';
CREATE INDEX member_coverage_policy ON eligibility.member_coverage (policy_id, term_id) WHERE status <> 'SUPERSEDED';
CREATE INDEX member_coverage_party_locator ON eligibility.member_coverage (party_locator) WHERE status <> 'SUPERSEDED';
CREATE INDEX member_coverage_party_history ON eligibility.member_coverage (party_id, id);
CREATE INDEX member_coverage_policy_history ON eligibility.member_coverage (policy_id, id);
-- +goose Down
DROP TABLE eligibility.member_coverage;
