-- +goose Up
-- Care keeps its tables in the database's own schema, public, which is there already; this file only gives the numbering its first step.
SELECT 1;
-- +goose Down
SELECT 1;
