-- +goose Up
-- What a party is to something: `locator` names the account, policy, scheme or (for a guardian) party. A role ends, it is not deleted.
CREATE TABLE policy_admin.party_roles (
  id uuid PRIMARY KEY,
  party_id uuid NOT NULL REFERENCES policy_admin.parties (id),
  role_type text NOT NULL CHECK (role_type IN ('ACCOUNT_HOLDER', 'POLICYHOLDER', 'INSURED', 'GUARDIAN', 'PAYER', 'EMPLOYER', 'BROKER', 'PROVIDER')),
  locator text NOT NULL,
  valid_from date NOT NULL,
  valid_to date,
  created_at timestamptz NOT NULL,
  CONSTRAINT party_roles_period CHECK (valid_to IS NULL OR valid_from < valid_to)
);
CREATE UNIQUE INDEX party_roles_open ON policy_admin.party_roles (party_id, role_type, locator) WHERE valid_to IS NULL;
CREATE INDEX party_roles_by_party ON policy_admin.party_roles (party_id);
CREATE INDEX party_roles_by_target ON policy_admin.party_roles (locator);
-- +goose Down
DROP TABLE policy_admin.party_roles;
