-- +goose Up
-- Requests to have a provider's qualifications checked; one open request at a time.
CREATE TABLE provider.credentialing_requests (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  provider_id uuid NOT NULL REFERENCES provider.providers,
  -- beside the id, because row rules know a provider by its locator
  provider_locator text NOT NULL,
  status text NOT NULL CHECK (status IN ('SUBMITTED', 'IN_REVIEW', 'APPROVED', 'REJECTED', 'WITHDRAWN')),
  submitted_at timestamptz NOT NULL,
  reviewed_at timestamptz,
  reviewer_notes text,
  updated_at timestamptz NOT NULL,
  CHECK ((status IN ('APPROVED', 'REJECTED')) = (reviewed_at IS NOT NULL)),
  CHECK (status <> 'REJECTED' OR reviewer_notes IS NOT NULL)
);
CREATE UNIQUE INDEX credentialing_requests_open ON provider.credentialing_requests (provider_id) WHERE status IN ('SUBMITTED', 'IN_REVIEW');
CREATE INDEX credentialing_requests_provider ON provider.credentialing_requests (provider_id, id);
-- +goose Down
DROP TABLE provider.credentialing_requests;
