-- +goose Up
-- Which claim line has used up how many approved units: a claim that is decided again first gives its own back.
CREATE TABLE claims.prior_auth_uses (
  prior_auth_id uuid NOT NULL REFERENCES claims.prior_auths (id),
  claim_id uuid NOT NULL REFERENCES claims.claims (id),
  line_number integer NOT NULL,
  units integer NOT NULL CHECK (units > 0),
  PRIMARY KEY (claim_id, line_number)
);
CREATE INDEX prior_auth_uses_by_prior_auth ON claims.prior_auth_uses (prior_auth_id);
-- +goose Down
DROP TABLE claims.prior_auth_uses;
