-- +goose Up
-- Group schemes keep their tables in a schema of their own. Down leaves it: it also holds the migrations' version table.
CREATE SCHEMA IF NOT EXISTS group_scheme;
-- +goose Down
SELECT 1;
