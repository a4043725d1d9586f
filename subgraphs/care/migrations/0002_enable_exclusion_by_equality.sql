-- +goose Up
-- "Same provider and overlapping time" in an exclusion constraint needs equality in a GiST index.
CREATE EXTENSION IF NOT EXISTS btree_gist;
-- +goose Down
DROP EXTENSION IF EXISTS btree_gist;
