-- +goose Up
-- Every step of a quote, by whom and when, so that a decision can be explained later. Holds subjects and codes, no names.
CREATE TABLE enrollment.quote_events (
  id uuid PRIMARY KEY,
  quote_id uuid NOT NULL REFERENCES enrollment.quotes (id),
  command text NOT NULL,
  from_status text,
  to_status text NOT NULL,
  actor text NOT NULL,
  occurred_at timestamptz NOT NULL
);
CREATE INDEX quote_events_by_quote ON enrollment.quote_events (quote_id, id);
COMMENT ON TABLE enrollment.quote_events IS 'append-only: the audit trail of quotes';
-- +goose Down
DROP TABLE enrollment.quote_events;
