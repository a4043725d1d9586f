-- +goose Up
-- Who asked for a decision to be looked at again, and which lines: all other decided lines stay locked.
CREATE TABLE claims.appeals (
  id uuid PRIMARY KEY,
  claim_id uuid NOT NULL REFERENCES claims.claims (id),
  level integer NOT NULL CHECK (level > 0),
  line_numbers integer[] NOT NULL CHECK (cardinality(line_numbers) > 0),
  reason text NOT NULL,
  filed_on date NOT NULL,
  filed_by text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT appeals_level UNIQUE (claim_id, level)
);
COMMENT ON TABLE claims.appeals IS 'append-only: the reason is encrypted under the patient''s key';
-- +goose Down
DROP TABLE claims.appeals;
