-- +goose Up
-- Eligibility keeps its tables apart from whatever else lives in the database. The schema stays on the way down: it holds Goose's own table.
CREATE SCHEMA IF NOT EXISTS eligibility;
-- +goose Down
SELECT 1;
