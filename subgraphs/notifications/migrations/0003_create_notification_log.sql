-- +goose Up
-- What was to be told to whom, by which channel, and what became of it; what was suppressed too. Unique a source event, party and channel: told once, however often the event
-- comes. An IN_APP row is the inbox.
CREATE TABLE notifications.notification_log (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  event_id uuid NOT NULL,
  party_id uuid NOT NULL,
  party_locator text NOT NULL,
  event_type text NOT NULL,
  subject_locator text NOT NULL,
  channel text NOT NULL CHECK (channel IN ('EMAIL', 'SMS', 'PUSH', 'IN_APP')),
  status text NOT NULL CHECK (status IN ('PENDING', 'SENT', 'FAILED', 'SUPPRESSED')),
  is_critical boolean NOT NULL,
  subject text NOT NULL CHECK (subject !~ '[\r\n]'),
  body text NOT NULL,
  failure_reason text,
  attempt_count integer NOT NULL DEFAULT 0 CHECK (attempt_count >= 0),
  sent_at timestamptz,
  read_at timestamptz,
  created_at timestamptz NOT NULL,
  UNIQUE (event_id, party_id, channel),
  CONSTRAINT notification_log_sent CHECK ((status = 'SENT') = (sent_at IS NOT NULL)),
  CONSTRAINT notification_log_reason CHECK (status NOT IN ('FAILED', 'SUPPRESSED') OR failure_reason IS NOT NULL),
  CONSTRAINT notification_log_read CHECK (read_at IS NULL OR channel = 'IN_APP')
);
CREATE INDEX notification_log_by_party ON notifications.notification_log (party_locator, id DESC);
CREATE INDEX notification_log_unread ON notifications.notification_log (party_locator) WHERE channel = 'IN_APP' AND status = 'SENT' AND read_at IS NULL;
-- +goose Down
DROP TABLE notifications.notification_log;
