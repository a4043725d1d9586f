-- +goose Up
-- Who stands how to which account, policy or scheme, kept from events; row rules read it.
CREATE TABLE triage.access (
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
CREATE INDEX access_by_party ON triage.access (party_locator);
CREATE INDEX access_by_source ON triage.access (source);
-- +goose Down
DROP TABLE triage.access;
