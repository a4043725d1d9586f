-- +goose Up
-- Requests to be erased, anonymised or restricted. One open request a party and kind; the law gives a month, and two more if the member is told within it.
CREATE TABLE consent.deletion_requests (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  party_locator text NOT NULL,
  delete_type text NOT NULL CHECK (delete_type IN ('ERASE', 'ANONYMISE', 'RESTRICT')),
  status text NOT NULL CHECK (status IN ('REQUESTED', 'VERIFIED', 'IN_PROGRESS', 'ON_HOLD', 'COMPLETED', 'REFUSED', 'CANCELLED')),
  requested_by_type text NOT NULL CHECK (requested_by_type IN ('MEMBER', 'GUARDIAN', 'OFFICER')),
  requested_by text NOT NULL,
  reason text,
  refusal_reason text,
  requested_at timestamptz NOT NULL,
  verified_at timestamptz,
  due_on date NOT NULL,
  completed_at timestamptz,
  attempt_count integer NOT NULL DEFAULT 0 CHECK (attempt_count >= 0),
  CONSTRAINT deletion_requests_completed CHECK ((status = 'COMPLETED') = (completed_at IS NOT NULL)),
  CONSTRAINT deletion_requests_refused CHECK ((status = 'REFUSED') = (refusal_reason IS NOT NULL))
);
CREATE UNIQUE INDEX deletion_requests_one_open ON consent.deletion_requests (party_locator, delete_type)
  WHERE status IN ('REQUESTED', 'VERIFIED', 'IN_PROGRESS', 'ON_HOLD');
CREATE INDEX deletion_requests_by_party ON consent.deletion_requests (party_locator, id DESC);
CREATE INDEX deletion_requests_due ON consent.deletion_requests (due_on) WHERE status IN ('REQUESTED', 'VERIFIED', 'IN_PROGRESS', 'ON_HOLD');
-- +goose Down
DROP TABLE consent.deletion_requests;
