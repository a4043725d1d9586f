-- +goose Up
-- What the work on a request needs to know of the party, learned once at its start: policy administration is one of those that forget it. `keep_minor_until` is the end of the year of
-- the 25th birthday of somebody younger, and nothing more exact. `extended_at`: the person was told within the month that it takes two more.
ALTER TABLE consent.deletion_requests
  ADD COLUMN party_id uuid,
  ADD COLUMN keep_minor_until date,
  ADD COLUMN is_in_force boolean NOT NULL DEFAULT false,
  ADD COLUMN extended_at timestamptz,
  ADD CONSTRAINT deletion_requests_party_known CHECK (status NOT IN ('IN_PROGRESS', 'ON_HOLD', 'COMPLETED') OR party_id IS NOT NULL);
-- +goose Down
ALTER TABLE consent.deletion_requests
  DROP CONSTRAINT deletion_requests_party_known,
  DROP COLUMN party_id, DROP COLUMN keep_minor_until, DROP COLUMN is_in_force, DROP COLUMN extended_at;
