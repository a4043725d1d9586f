-- +goose Up
-- Policies whose premium is unpaid and in grace, kept from billing's events: claims of the later part of a long grace wait until it is known whether cover holds.
CREATE TABLE claims.premium_graces (
  policy_id uuid PRIMARY KEY,
  due_date date NOT NULL,
  grace_until date NOT NULL,
  CHECK (due_date <= grace_until)
);
-- +goose Down
DROP TABLE claims.premium_graces;
