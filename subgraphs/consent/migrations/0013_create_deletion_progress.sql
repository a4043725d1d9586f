-- +goose Up
-- How far each system is with a request, in the order in which they are asked: one after the other, so that a legal hold stops all that have not begun.
CREATE TABLE consent.deletion_progress (
  id uuid PRIMARY KEY,
  request_id uuid NOT NULL REFERENCES consent.deletion_requests (id),
  position integer NOT NULL,
  system text NOT NULL,
  asked_at timestamptz,
  acknowledged_at timestamptz,
  UNIQUE (request_id, system),
  CONSTRAINT deletion_progress_order CHECK (acknowledged_at IS NULL OR asked_at IS NOT NULL)
);
CREATE INDEX deletion_progress_open ON consent.deletion_progress (asked_at) WHERE asked_at IS NOT NULL AND acknowledged_at IS NULL;
-- +goose Down
DROP TABLE consent.deletion_progress;
