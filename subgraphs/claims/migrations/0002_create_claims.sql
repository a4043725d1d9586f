-- +goose Up
-- One request to pay for care. Its row is the lock under which everything of the claim happens. `version` counts changes, `lease_until` says until when one
-- process alone may adjudicate it, and `settling` what eligibility must still be told: what a crash left in the middle is found by these two.
CREATE TABLE claims.claims (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  policy_id uuid NOT NULL,
  policy_locator text,
  term_id uuid,
  account_id uuid,
  account_locator text,
  claimant_party_id uuid NOT NULL,
  claimant_locator text,
  provider_id uuid,
  provider_locator text,
  status text NOT NULL CHECK (status IN ('SUBMITTED', 'IN_REVIEW', 'APPROVED', 'PARTIALLY_APPROVED', 'DENIED', 'PAID', 'APPEALED', 'REVERSED', 'WITHDRAWN')),
  hold_reason text,
  incident_date date NOT NULL,
  received_on date NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  claimed numeric(19,4) NOT NULL CHECK (claimed > 0),
  allowed numeric(19,4),
  plan_pays numeric(19,4) CHECK (plan_pays >= 0),
  member_owes numeric(19,4) CHECK (member_owes >= 0),
  paid numeric(19,4) NOT NULL DEFAULT 0 CHECK (paid >= 0),
  is_assigned boolean NOT NULL DEFAULT false,
  payee_kind text CHECK (payee_kind IN ('PROVIDER', 'MEMBER')),
  payee_locator text,
  replaces text,
  decision_id uuid,
  decisions integer NOT NULL DEFAULT 0,
  appeal_level integer NOT NULL DEFAULT 0,
  appeal_until date,
  payment_reference text,
  paid_at timestamptz,
  decided_at timestamptz,
  document jsonb NOT NULL DEFAULT '{}',
  settling text CHECK (settling IN ('CONFIRM', 'RELEASE')),
  lease_until timestamptz,
  lease uuid,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT claims_hold_has_reason CHECK (status <> 'IN_REVIEW' OR hold_reason IS NOT NULL),
  CONSTRAINT claims_decided_has_shares CHECK (status NOT IN ('APPROVED', 'PARTIALLY_APPROVED', 'DENIED', 'PAID', 'REVERSED')
    OR (allowed IS NOT NULL AND plan_pays IS NOT NULL AND member_owes IS NOT NULL AND decision_id IS NOT NULL)),
  CONSTRAINT claims_paid_has_moment CHECK (status <> 'PAID' OR paid_at IS NOT NULL)
);
CREATE INDEX claims_by_claimant ON claims.claims (claimant_party_id, id DESC);
CREATE INDEX claims_by_policy ON claims.claims (policy_id, id DESC);
CREATE INDEX claims_by_provider ON claims.claims (provider_locator, id DESC) WHERE provider_locator IS NOT NULL;
CREATE INDEX claims_by_status ON claims.claims (status, id DESC);
CREATE UNIQUE INDEX claims_replaced_once ON claims.claims (replaces) WHERE replaces IS NOT NULL AND status <> 'WITHDRAWN';
CREATE INDEX claims_left_in_the_middle ON claims.claims (id)
  WHERE status = 'SUBMITTED' OR settling IS NOT NULL OR hold_reason IN ('COVER_NOT_YET_KNOWN', 'ACCUMULATORS_BUSY');
COMMENT ON COLUMN claims.claims.paid IS 'What has been paid so far: after an appeal only the difference is paid or recovered';
-- +goose Down
DROP TABLE claims.claims;
