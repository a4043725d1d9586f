-- +goose Up
-- The market whose rules hold for a claim or an authorisation, as its policy had it; null in rows from before it was kept: then the currency says.
ALTER TABLE claims.claims ADD COLUMN market text CHECK (market ~ '^[A-Z]{2}$');
ALTER TABLE claims.prior_auths ADD COLUMN market text CHECK (market ~ '^[A-Z]{2}$');
-- +goose Down
ALTER TABLE claims.prior_auths DROP COLUMN market;
ALTER TABLE claims.claims DROP COLUMN market;
