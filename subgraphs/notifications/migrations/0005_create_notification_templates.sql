-- +goose Up
-- The words of a market and language for an event. Where there is none, the English ones that the house ships are used.
CREATE TABLE notifications.notification_templates (
  id uuid PRIMARY KEY,
  market_code text NOT NULL,
  language text NOT NULL CHECK (language ~ '^[a-z]{2}$'),
  event_type text NOT NULL,
  subject text NOT NULL CHECK (subject !~ '[\r\n]' AND length(subject) <= 200),
  body text NOT NULL CHECK (length(body) <= 20000),
  version integer NOT NULL DEFAULT 1,
  updated_by text NOT NULL,
  updated_at timestamptz NOT NULL,
  UNIQUE (market_code, language, event_type)
);
-- +goose Down
DROP TABLE notifications.notification_templates;
