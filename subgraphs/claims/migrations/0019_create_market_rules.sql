-- +goose Up
-- What a market asks of claims and authorisations: days and levels, configured by staff. A market that is not here has the rules that the service is shipped with.
CREATE TABLE claims.market_rules (
  market text PRIMARY KEY CHECK (market ~ '^[A-Z]{2}$'),
  document jsonb NOT NULL,
  saved_by text NOT NULL,
  updated_at timestamptz NOT NULL
);
-- +goose Down
DROP TABLE claims.market_rules;
