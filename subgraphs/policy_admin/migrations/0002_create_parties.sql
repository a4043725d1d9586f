-- +goose Up
-- Everybody the house deals with: people, organisations, providers. What a type must have is checked here too, since code is not the only writer.
-- Names and contact details live in this table and nowhere in events.
CREATE TABLE policy_admin.parties (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  type text NOT NULL CHECK (type IN ('INDIVIDUAL', 'ORGANISATION', 'PROVIDER')),
  first_name text,
  last_name text,
  name text NOT NULL,
  email text,
  phone text,
  address jsonb,
  date_of_birth date,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT parties_individual CHECK (type <> 'INDIVIDUAL' OR (first_name IS NOT NULL AND last_name IS NOT NULL AND date_of_birth IS NOT NULL)),
  CONSTRAINT parties_not_individual CHECK (type = 'INDIVIDUAL' OR (first_name IS NULL AND last_name IS NULL AND date_of_birth IS NULL))
);
CREATE INDEX parties_by_name ON policy_admin.parties (lower(name) text_pattern_ops);
-- +goose Down
DROP TABLE policy_admin.parties;
