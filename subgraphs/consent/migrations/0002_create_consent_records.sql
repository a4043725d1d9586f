-- +goose Up
-- Where each party stands today on each kind of consent. No row: never asked, which counts as not granted.
CREATE TABLE consent.consent_records (
  id uuid PRIMARY KEY,
  party_locator text NOT NULL,
  consent_type text NOT NULL CHECK (consent_type IN ('HEALTH_DATA', 'TRIAGE', 'CARE', 'BROKER_SHARING', 'EMPLOYER_SHARING',
    'MARKETING_EMAIL', 'MARKETING_SMS', 'MARKETING_PUSH', 'MARKETING_POST', 'RESEARCH', 'AUTOMATED_DECISION')),
  granted boolean NOT NULL,
  changed_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  UNIQUE (party_locator, consent_type)
);
-- +goose Down
DROP TABLE consent.consent_records;
