-- +goose Up
-- Who pays, in which currency, and whether a bill is made for the account or for each policy. `display_number` is what people read out on the telephone.
CREATE TABLE policy_admin.accounts (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  name text NOT NULL,
  billing_level text NOT NULL CHECK (billing_level IN ('ACCOUNT', 'POLICY')),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  display_number text NOT NULL UNIQUE,
  holder_party_id uuid NOT NULL REFERENCES policy_admin.parties (id),
  market_code text NOT NULL REFERENCES policy_admin.market_profiles (market_code),
  broker text,
  created_at timestamptz NOT NULL
);
CREATE INDEX accounts_by_holder ON policy_admin.accounts (holder_party_id, id DESC);
CREATE INDEX accounts_by_broker ON policy_admin.accounts (broker, id DESC) WHERE broker IS NOT NULL;
-- +goose Down
DROP TABLE policy_admin.accounts;
