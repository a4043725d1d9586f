-- +goose Up
-- A term is a period for which a full price was agreed. PENDING and ACTIVE follow from the day; the ends are decided and stored.
CREATE TABLE enrollment.policy_terms (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  policy_id uuid NOT NULL REFERENCES enrollment.policies (id),
  term_number integer NOT NULL CHECK (term_number >= 1),
  effective_from date NOT NULL,
  effective_to date NOT NULL,
  ended_on date,
  status text NOT NULL CHECK (status IN ('PENDING', 'ACTIVE', 'EXPIRED', 'CANCELLED', 'LAPSED')),
  proration_basis text NOT NULL CHECK (proration_basis IN ('DAY', 'MONTH')),
  created_at timestamptz NOT NULL,
  UNIQUE (policy_id, term_number),
  UNIQUE (policy_id, effective_from),
  CHECK (effective_from < effective_to),
  CHECK (ended_on IS NULL OR (effective_from <= ended_on AND ended_on <= effective_to)),
  CHECK ((status IN ('CANCELLED', 'LAPSED')) = (ended_on IS NOT NULL))
);
-- +goose Down
DROP TABLE enrollment.policy_terms;
