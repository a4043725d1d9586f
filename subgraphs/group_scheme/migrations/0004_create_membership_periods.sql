-- +goose Up
-- Every stay of a member in a scheme, half-open; one open stay at most.
CREATE TABLE group_scheme.membership_periods (
  id uuid PRIMARY KEY,
  member_id uuid NOT NULL REFERENCES group_scheme.scheme_members (id),
  joined_on date NOT NULL,
  left_on date,
  policy_locator text,
  created_at timestamptz NOT NULL,
  CONSTRAINT membership_periods_order CHECK (left_on IS NULL OR joined_on <= left_on)
);
CREATE UNIQUE INDEX membership_periods_open ON group_scheme.membership_periods (member_id) WHERE left_on IS NULL;
CREATE INDEX membership_periods_by_member ON group_scheme.membership_periods (member_id, joined_on);
-- +goose Down
DROP TABLE group_scheme.membership_periods;
