-- +goose Up
-- Who stands how to what, from the events that say so; the row rules read it.
CREATE TABLE provider.access (
  id uuid PRIMARY KEY,
  source text NOT NULL,
  party_id uuid NOT NULL,
  party_locator text NOT NULL,
  target text NOT NULL,
  target_id uuid,
  role text NOT NULL,
  valid_from date NOT NULL,
  valid_to date
);
CREATE INDEX access_party ON provider.access (party_locator);
CREATE INDEX access_source ON provider.access (source);
-- +goose Down
DROP TABLE provider.access;
