-- +goose Up
-- A file of members being enrolled, with progress to poll. `processed` counts rows that succeeded and rows that failed together.
CREATE TABLE group_scheme.bulk_enrollment_jobs (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  scheme_id uuid NOT NULL REFERENCES group_scheme.schemes (id),
  scheme_locator text NOT NULL,
  status text NOT NULL CHECK (status IN ('QUEUED', 'RUNNING', 'PAUSED', 'COMPLETED', 'FAILED', 'CANCELLED')),
  is_dry_run boolean NOT NULL DEFAULT false,
  total integer NOT NULL DEFAULT 0 CHECK (total >= 0),
  processed integer NOT NULL DEFAULT 0 CHECK (processed >= 0),
  failed_count integer NOT NULL DEFAULT 0 CHECK (failed_count >= 0),
  errors jsonb NOT NULL DEFAULT '[]',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT bulk_enrollment_jobs_counts CHECK (failed_count <= processed AND processed <= total)
);
CREATE INDEX bulk_enrollment_jobs_by_scheme ON group_scheme.bulk_enrollment_jobs (scheme_id, id DESC);
-- +goose Down
DROP TABLE group_scheme.bulk_enrollment_jobs;
