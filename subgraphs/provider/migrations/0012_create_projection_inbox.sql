-- +goose Up
-- Which events have been applied: a republished event has a new offset, but its old id.
CREATE TABLE provider.projection_inbox (
  consumer_group text NOT NULL,
  event_id uuid NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer_group, event_id)
);
-- +goose Down
DROP TABLE provider.projection_inbox;
