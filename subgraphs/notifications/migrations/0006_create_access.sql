-- +goose Up
-- Who stands how to which party, kept from events; row rules read it; what is about a child is told to its guardian, found by the target.
CREATE TABLE notifications.access (
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
CREATE INDEX access_by_party ON notifications.access (party_locator);
CREATE INDEX access_by_source ON notifications.access (source);
CREATE INDEX access_guardians ON notifications.access (target) WHERE role = 'GUARDIAN';
-- +goose Down
DROP TABLE notifications.access;
