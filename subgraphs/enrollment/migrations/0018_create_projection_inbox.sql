-- +goose Up
-- Which events a projection has applied: a republished event has a new offset, but its own id.
CREATE TABLE enrollment.projection_inbox (
  consumer_group text NOT NULL,
  event_id uuid NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer_group, event_id)
);
-- +goose Down
DROP TABLE enrollment.projection_inbox;
