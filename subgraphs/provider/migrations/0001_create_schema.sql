-- +goose Up
-- The provider directory keeps its tables apart from whatever else lives in the database. The schema stays on the way down: it holds Goose's own table.
CREATE SCHEMA IF NOT EXISTS provider;
-- +goose Down
SELECT 1;
