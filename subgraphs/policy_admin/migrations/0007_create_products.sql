-- +goose Up
-- What is sold. `lob` groups products in the trial balance.
CREATE TABLE policy_admin.products (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9_]{2,40}$'),
  name text NOT NULL,
  lob text NOT NULL CHECK (lob ~ '^[A-Z_]{2,40}$'),
  market_code text NOT NULL REFERENCES policy_admin.market_profiles (market_code),
  status text NOT NULL CHECK (status IN ('DRAFT', 'ACTIVE', 'RETIRED')),
  created_at timestamptz NOT NULL
);
-- +goose Down
DROP TABLE policy_admin.products;
