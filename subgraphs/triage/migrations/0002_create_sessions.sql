-- +goose Up
-- A person describing a problem and getting advice. All of it is health data; it starts with a live consent and stops when that is withdrawn. `facts` is what the engine has learned so far.
CREATE TABLE triage.sessions (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  party_id uuid NOT NULL,
  party_locator text NOT NULL,
  status text NOT NULL CHECK (status IN ('IN_PROGRESS', 'COMPLETED', 'ABANDONED', 'STOPPED')),
  chief_complaint text NOT NULL,
  complaint_kind text NOT NULL,
  facts jsonb NOT NULL,
  severity text CHECK (severity IN ('EMERGENCY_AMBULANCE', 'EMERGENCY', 'CONSULTATION_24', 'CONSULTATION', 'SELF_CARE')),
  recommendation jsonb,
  consent_verified_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  completed_at timestamptz,
  CONSTRAINT sessions_completed CHECK ((status = 'COMPLETED') = (recommendation IS NOT NULL AND severity IS NOT NULL AND completed_at IS NOT NULL))
);
CREATE INDEX sessions_by_party ON triage.sessions (party_locator, id DESC);
-- +goose Down
DROP TABLE triage.sessions;
