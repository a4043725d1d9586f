-- +goose Up
-- What was said, numbered without a gap within its session.
CREATE TABLE triage.turns (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  session_id uuid NOT NULL REFERENCES triage.sessions (id),
  session_locator text NOT NULL,
  turn_number integer NOT NULL CHECK (turn_number > 0),
  role text NOT NULL CHECK (role IN ('MEMBER', 'ASSISTANT')),
  question_type text CHECK (question_type IN ('YES_NO', 'SCALE', 'CHOICE', 'FREE_TEXT')),
  question_key text,
  choices text[],
  content text NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (session_id, turn_number)
);
-- +goose Down
DROP TABLE triage.turns;
