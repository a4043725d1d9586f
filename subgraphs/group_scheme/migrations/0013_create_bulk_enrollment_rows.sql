-- +goose Up
-- The rows of a file while they are worked off. A row of a person: an employee, or a dependant of the employee with the same number. `data` holds what the file says of them and is
-- taken away as soon as the row is dealt with; what is left are locators and codes. An employee number is in work once in a scheme, whatever the job.
CREATE TABLE group_scheme.bulk_enrollment_rows (
  job_id uuid NOT NULL REFERENCES group_scheme.bulk_enrollment_jobs (id),
  row_number integer NOT NULL,
  scheme_id uuid NOT NULL,
  employee_number text,
  relationship text CHECK (relationship IN ('SELF', 'SPOUSE', 'PARTNER', 'CHILD', 'OTHER')),
  status text NOT NULL CHECK (status IN ('STAGED', 'QUOTED', 'ENROLLED', 'CHECKED', 'FAILED', 'SKIPPED')),
  data jsonb,
  tries integer NOT NULL DEFAULT 0,
  party_id uuid,
  party_locator text,
  quote_locator text,
  policy_locator text,
  errors jsonb,
  PRIMARY KEY (job_id, row_number),
  CONSTRAINT bulk_enrollment_rows_data CHECK ((status IN ('STAGED', 'QUOTED')) = (data IS NOT NULL)),
  CONSTRAINT bulk_enrollment_rows_errors CHECK ((status = 'FAILED') = (errors IS NOT NULL))
);
CREATE INDEX bulk_enrollment_rows_open ON group_scheme.bulk_enrollment_rows (job_id, status, row_number) WHERE status IN ('STAGED', 'QUOTED') AND relationship = 'SELF';
CREATE INDEX bulk_enrollment_rows_family ON group_scheme.bulk_enrollment_rows (job_id, employee_number);
CREATE INDEX bulk_enrollment_rows_failed ON group_scheme.bulk_enrollment_rows (job_id, row_number) WHERE status = 'FAILED';
CREATE UNIQUE INDEX bulk_enrollment_rows_in_work ON group_scheme.bulk_enrollment_rows (scheme_id, employee_number) WHERE status IN ('STAGED', 'QUOTED') AND relationship = 'SELF';
-- +goose Down
DROP TABLE group_scheme.bulk_enrollment_rows;
