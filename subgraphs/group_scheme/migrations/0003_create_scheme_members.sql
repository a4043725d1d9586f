-- +goose Up
-- A person in a scheme, once: leaving and coming back changes the row, and membership_periods keeps the history.
CREATE TABLE group_scheme.scheme_members (
  id uuid PRIMARY KEY,
  scheme_id uuid NOT NULL REFERENCES group_scheme.schemes (id),
  scheme_locator text NOT NULL,
  member_party_id uuid NOT NULL,
  member_party_locator text NOT NULL,
  policy_locator text,
  status text NOT NULL CHECK (status IN ('PENDING', 'ACTIVE', 'LEFT')),
  employee_number text,
  joined_on date NOT NULL,
  left_on date,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (scheme_id, member_party_locator),
  CONSTRAINT scheme_members_left_on CHECK ((status = 'LEFT') = (left_on IS NOT NULL)),
  CONSTRAINT scheme_members_period CHECK (left_on IS NULL OR joined_on <= left_on)
);
CREATE INDEX scheme_members_by_scheme ON group_scheme.scheme_members (scheme_id, id DESC);
CREATE INDEX scheme_members_by_party ON group_scheme.scheme_members (member_party_locator);
CREATE INDEX scheme_members_by_policy ON group_scheme.scheme_members (policy_locator) WHERE policy_locator IS NOT NULL;
CREATE UNIQUE INDEX scheme_members_employee_number ON group_scheme.scheme_members (scheme_id, employee_number) WHERE employee_number IS NOT NULL;
-- +goose Down
DROP TABLE group_scheme.scheme_members;
