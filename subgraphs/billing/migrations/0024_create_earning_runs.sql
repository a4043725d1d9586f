-- +goose Up
-- Which month ends are earned in full. A run that dies half-way has no row here and is run again; its journals' sources keep it from booking twice.
CREATE TABLE billing.earning_runs (
  month_end date PRIMARY KEY,
  finished_at timestamptz NOT NULL
);
-- +goose Down
DROP TABLE billing.earning_runs;
