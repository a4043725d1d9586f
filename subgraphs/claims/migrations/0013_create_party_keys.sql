-- +goose Up
-- A key for each patient under which free text in append-only rows is encrypted. Erasure destroys the key: the rows stay, their words are gone.
CREATE TABLE claims.party_keys (
  party_id uuid PRIMARY KEY,
  key bytea,
  created_at timestamptz NOT NULL,
  destroyed_at timestamptz,
  CONSTRAINT party_keys_live_or_destroyed CHECK ((key IS NULL) = (destroyed_at IS NOT NULL))
);
-- +goose Down
DROP TABLE claims.party_keys;
