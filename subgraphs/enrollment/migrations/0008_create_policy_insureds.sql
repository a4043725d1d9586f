-- +goose Up
-- Who is covered by an element, and from when to when. A table, not JSON: it is asked by party.
CREATE TABLE enrollment.policy_insureds (
  id uuid PRIMARY KEY,
  policy_id uuid NOT NULL REFERENCES enrollment.policies (id),
  element_id uuid NOT NULL REFERENCES enrollment.policy_elements (id),
  party_id uuid NOT NULL,
  party_locator text NOT NULL,
  relationship text NOT NULL CHECK (relationship IN ('SELF', 'SPOUSE', 'PARTNER', 'CHILD', 'OTHER')),
  effective_from date NOT NULL,
  effective_to date NOT NULL,
  premium numeric(19, 4) NOT NULL CHECK (premium >= 0),
  UNIQUE (element_id, party_id, effective_from),
  CHECK (effective_from <= effective_to)
);
CREATE INDEX policy_insureds_by_party ON enrollment.policy_insureds (party_locator, policy_id);
-- +goose Down
DROP TABLE enrollment.policy_insureds;
