-- +goose Up
-- A promise to pay, asked for before the care. `due_at` is when the market's clock runs out; units are used up by claims.
CREATE TABLE claims.prior_auths (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  provider_id uuid,
  provider_locator text NOT NULL,
  policy_id uuid NOT NULL,
  policy_locator text,
  member_party_id uuid NOT NULL,
  member_locator text,
  status text NOT NULL CHECK (status IN ('SUBMITTED', 'IN_REVIEW', 'INFO_REQUESTED', 'APPROVED', 'PARTIALLY_APPROVED', 'DENIED', 'WITHDRAWN',
    'EXHAUSTED', 'EXPIRED', 'REVOKED', 'APPEALED')),
  procedure_code text NOT NULL,
  coverage_term_key text NOT NULL,
  urgency text NOT NULL CHECK (urgency IN ('STANDARD', 'EXPEDITED')),
  units_requested integer NOT NULL CHECK (units_requested BETWEEN 1 AND 9999),
  units_approved integer CHECK (units_approved BETWEEN 0 AND 9999),
  units_used integer NOT NULL DEFAULT 0 CHECK (units_used >= 0),
  valid_from date NOT NULL,
  valid_to date NOT NULL,
  received_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  extended_at timestamptz,
  escalated_at timestamptz,
  decided_at timestamptz,
  denial_reason text,
  was_appealed boolean NOT NULL DEFAULT false,
  document jsonb NOT NULL DEFAULT '{}',
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT prior_auths_period CHECK (valid_from < valid_to),
  CONSTRAINT prior_auths_denial_has_reason CHECK (status <> 'DENIED' OR denial_reason IS NOT NULL),
  CONSTRAINT prior_auths_units CHECK (units_used <= coalesce(units_approved, 0))
);
CREATE INDEX prior_auths_by_member ON claims.prior_auths (member_party_id, id DESC);
CREATE INDEX prior_auths_by_provider ON claims.prior_auths (provider_locator, id DESC);
CREATE INDEX prior_auths_open ON claims.prior_auths (due_at) WHERE status IN ('SUBMITTED', 'IN_REVIEW', 'INFO_REQUESTED', 'APPEALED');
CREATE INDEX prior_auths_in_force ON claims.prior_auths (valid_to) WHERE status IN ('APPROVED', 'PARTIALLY_APPROVED');
-- +goose Down
DROP TABLE claims.prior_auths;
