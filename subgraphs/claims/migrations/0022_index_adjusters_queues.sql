-- +goose Up
-- An adjuster's queue is asked for by its reason, oldest or newest first, however many other claims there are.
CREATE INDEX claims_by_hold_reason ON claims.claims (hold_reason, id DESC) WHERE hold_reason IS NOT NULL;
-- +goose Down
DROP INDEX claims.claims_by_hold_reason;
