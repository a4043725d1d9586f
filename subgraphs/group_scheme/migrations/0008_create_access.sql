-- +goose Up
-- Who stands how to which account, policy or scheme, kept from events; row rules read it.
CREATE TABLE group_scheme.access (
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
CREATE INDEX access_by_party ON group_scheme.access (party_locator);
CREATE INDEX access_by_source ON group_scheme.access (source);
-- +goose Down
DROP TABLE group_scheme.access;
