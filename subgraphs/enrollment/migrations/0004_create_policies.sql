-- +goose Up
-- A policy is made once, from one accepted quote: the unique `quote_id` is what makes a second issue impossible, whatever the code does.
-- `is_renewed` is false when it is not to be renewed, by the holder's or our own wish; whether that happens by itself is the product's `renewal.auto` in `document`.
-- `status` is what was last decided; what a reader sees follows from it, `inception_date`, `covered_to` and the day (see the README).
CREATE TABLE enrollment.policies (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  account_id uuid NOT NULL,
  account_locator text NOT NULL,
  billing_level text NOT NULL CHECK (billing_level IN ('ACCOUNT', 'POLICY')),
  quote_id uuid NOT NULL UNIQUE REFERENCES enrollment.quotes (id),
  product_version_id uuid NOT NULL,
  product_code text NOT NULL,
  lob text NOT NULL,
  market text NOT NULL,
  holder_party_id uuid NOT NULL,
  holder_party_locator text NOT NULL,
  broker text,
  scheme text,
  status text NOT NULL CHECK (status IN ('ACTIVE', 'IN_GRACE', 'CANCELLED', 'LAPSED')),
  currency char(3) NOT NULL,
  inception_date date NOT NULL,
  covered_to date NOT NULL,
  jurisdiction text NOT NULL,
  region text,
  document jsonb NOT NULL,
  is_renewed boolean NOT NULL DEFAULT true,
  version integer NOT NULL DEFAULT 1,
  issued_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CHECK (inception_date <= covered_to)
);
CREATE INDEX policies_by_account ON enrollment.policies (account_locator, id DESC);
CREATE INDEX policies_by_holder ON enrollment.policies (holder_party_locator, id DESC);
CREATE INDEX policies_by_broker ON enrollment.policies (broker, id DESC) WHERE broker IS NOT NULL;
CREATE INDEX policies_to_renew ON enrollment.policies (covered_to) WHERE status = 'ACTIVE' AND is_renewed;
CREATE INDEX policies_by_scheme ON enrollment.policies (scheme, id DESC) WHERE scheme IS NOT NULL;
-- +goose Down
DROP TABLE enrollment.policies;
