-- +goose Up
-- One row each time a channel was tried. The reason is a code of the channel; never what a server wrote back, which may quote an address.
CREATE TABLE notifications.notification_attempts (
  id uuid PRIMARY KEY,
  notification_id uuid NOT NULL REFERENCES notifications.notification_log (id) ON DELETE CASCADE,
  attempt integer NOT NULL CHECK (attempt > 0),
  outcome text NOT NULL CHECK (outcome IN ('SENT', 'RETRY', 'FAILED')),
  reason text,
  attempted_at timestamptz NOT NULL,
  UNIQUE (notification_id, attempt)
);
-- +goose Down
DROP TABLE notifications.notification_attempts;
