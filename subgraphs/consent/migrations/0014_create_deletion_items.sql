-- +goose Up
-- The certificate of a request, line by line: what was erased, made anonymous or kept, by which system, until when and why. Kinds of data and counts; nothing of the data.
CREATE TABLE consent.deletion_items (
  id uuid PRIMARY KEY,
  request_id uuid NOT NULL REFERENCES consent.deletion_requests (id),
  system text NOT NULL,
  what text NOT NULL,
  data_class text NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('ERASED', 'ANONYMISED', 'KEPT', 'RESTRICTED')),
  row_count integer NOT NULL CHECK (row_count >= 0),
  kept_until date,
  is_running boolean NOT NULL DEFAULT false,
  reason text,
  created_at timestamptz NOT NULL,
  CONSTRAINT deletion_items_kept_why CHECK (outcome NOT IN ('KEPT', 'RESTRICTED') OR reason IS NOT NULL)
);
CREATE INDEX deletion_items_by_request ON consent.deletion_items (request_id, id);
CREATE INDEX deletion_items_due ON consent.deletion_items (kept_until) WHERE outcome = 'KEPT';
-- +goose Down
DROP TABLE consent.deletion_items;
