-- +goose Up
-- What a job was asked to do and how far it is: the uploaded file, whether good rows go ahead without the bad ones, and who asked. `leased_until` says that a worker is at it: a
-- worker that dies lets it run out, and the next one goes on where the rows stand. It is real time, not the business clock.
ALTER TABLE group_scheme.bulk_enrollment_jobs
  ADD COLUMN file_locator text,
  ADD COLUMN mode text NOT NULL DEFAULT 'GOOD_ROWS' CHECK (mode IN ('GOOD_ROWS', 'ALL_OR_NOTHING')),
  ADD COLUMN requested_by text NOT NULL DEFAULT 'unknown',
  ADD COLUMN staged_at timestamptz,
  ADD COLUMN finished_at timestamptz,
  ADD COLUMN leased_until timestamptz;
-- +goose Down
ALTER TABLE group_scheme.bulk_enrollment_jobs
  DROP COLUMN file_locator, DROP COLUMN mode, DROP COLUMN requested_by, DROP COLUMN staged_at, DROP COLUMN finished_at, DROP COLUMN leased_until;
