-- +goose Up
-- Who stands how to which account, policy or scheme, kept from events; row rules read it, and so does whoever must know a policy's people by locator.
CREATE TABLE claims.access (
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
CREATE INDEX access_by_party ON claims.access (party_locator);
CREATE INDEX access_by_source ON claims.access (source);
CREATE INDEX access_by_target_id ON claims.access (target_id, party_id);
-- +goose Down
DROP TABLE claims.access;
