-- +goose Up
-- Triage keeps its tables in a schema of its own. Down leaves it: it also holds the migrations' version table.
CREATE SCHEMA IF NOT EXISTS triage;
-- +goose Down
SELECT 1;
