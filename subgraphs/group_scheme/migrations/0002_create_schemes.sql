-- +goose Up
-- An employer's scheme: who runs it, which product its members get, and the account that is billed.
CREATE TABLE group_scheme.schemes (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  code text NOT NULL UNIQUE CHECK (code ~ '^[A-Z0-9_-]{2,40}$'),
  name text NOT NULL,
  employer_party_id uuid NOT NULL,
  employer_party_locator text NOT NULL,
  account_locator text NOT NULL,
  product_code text NOT NULL,
  status text NOT NULL CHECK (status IN ('DRAFT', 'ACTIVE', 'CLOSED')),
  effective_from date NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX schemes_by_employer ON group_scheme.schemes (employer_party_locator, id DESC);
-- +goose Down
DROP TABLE group_scheme.schemes;
