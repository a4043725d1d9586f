-- +goose Up
-- The broker's side keeps its tables in a schema of its own. Down leaves it: it also holds the migrations' version table.
CREATE SCHEMA IF NOT EXISTS broker_api;
-- +goose Down
SELECT 1;
