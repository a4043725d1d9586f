-- +goose Up
-- How a party wants to be told. No row: by e-mail, everything, in the market's language. An address here is for notifications only; without one the party's own is asked for
-- when something is sent.
CREATE TABLE notifications.notification_preferences (
  id uuid PRIMARY KEY,
  party_id uuid NOT NULL UNIQUE,
  party_locator text NOT NULL UNIQUE,
  email text,
  phone text,
  push_token text,
  preferred_channel text NOT NULL DEFAULT 'EMAIL' CHECK (preferred_channel IN ('EMAIL', 'SMS', 'PUSH', 'IN_APP')),
  opted_out_events jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(opted_out_events) = 'array'),
  language text CHECK (language ~ '^[a-z]{2}$'),
  time_zone text NOT NULL DEFAULT 'UTC',
  quiet_from time,
  quiet_to time,
  version integer NOT NULL DEFAULT 1,
  updated_at timestamptz NOT NULL,
  CONSTRAINT notification_preferences_quiet CHECK ((quiet_from IS NULL) = (quiet_to IS NULL) AND (quiet_from IS NULL OR quiet_from <> quiet_to))
);
-- +goose Down
DROP TABLE notifications.notification_preferences;
