-- +goose Up
-- What a market changes: currency, taxes with their dates, cooling-off, which fields are required, and what a product may not exceed.
CREATE TABLE policy_admin.market_profiles (
  id uuid PRIMARY KEY,
  market_code text NOT NULL UNIQUE CHECK (market_code ~ '^[A-Z]{2}$'),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  jurisdiction text NOT NULL,
  document jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
-- +goose Down
DROP TABLE policy_admin.market_profiles;
