-- +goose Up
-- Everything of enrollment stands in a schema of its own name. Goose's version table lives in it too, so going down leaves it.
CREATE SCHEMA IF NOT EXISTS enrollment;
-- +goose Down
SELECT 1;
