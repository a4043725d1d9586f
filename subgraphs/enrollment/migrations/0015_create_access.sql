-- +goose Up
-- Who stands how to which account or policy. Rows of a `source` are replaced as a whole when it says anew who may see what.
CREATE TABLE enrollment.access (
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
CREATE INDEX access_by_party ON enrollment.access (party_locator);
CREATE INDEX access_by_source ON enrollment.access (source);
-- +goose Down
DROP TABLE enrollment.access;
