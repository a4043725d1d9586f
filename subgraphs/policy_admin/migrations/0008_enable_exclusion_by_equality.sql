-- +goose Up
-- Exclusion constraints over "same product and overlapping period" need equality in a GiST index.
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA policy_admin;
-- +goose Down
DROP EXTENSION IF EXISTS btree_gist;
