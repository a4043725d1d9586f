-- +goose Up
-- Texts of reason codes that the user of the platform has imported under a licence of their own. What is shipped are short texts of our own, in code.
CREATE TABLE claims.reason_codes (
  code text PRIMARY KEY CHECK (code ~ '^[A-Z]?[0-9]{1,3}$'),
  text text NOT NULL CHECK (length(text) BETWEEN 1 AND 1000),
  source text NOT NULL,
  imported_at timestamptz NOT NULL
);
-- +goose Down
DROP TABLE claims.reason_codes;
