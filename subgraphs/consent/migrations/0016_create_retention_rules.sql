-- +goose Up
-- How many years each class of data is kept after its end, whatever its person asks. The rows are the house's defaults; a privacy officer changes them. `keeps_minors`: of somebody
-- who was a minor it is kept until they are 25.
CREATE TABLE consent.retention_rules (
  data_class text PRIMARY KEY,
  years integer NOT NULL CHECK (years BETWEEN 0 AND 50),
  keeps_minors boolean NOT NULL DEFAULT false,
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL
);
INSERT INTO consent.retention_rules (data_class, years, keeps_minors, changed_by, changed_at) VALUES
  ('LEDGER', 6, false, 'default', now()), ('CONSENT_AUDIT', 6, false, 'default', now()),
  ('POLICY', 7, true, 'default', now()), ('CLAIMS', 7, true, 'default', now()), ('CARE', 7, true, 'default', now()),
  ('TRIAGE', 0, false, 'default', now()), ('NOTIFICATIONS', 0, false, 'default', now()), ('MARKETING', 0, false, 'default', now()), ('IDENTITY', 0, false, 'default', now());
-- +goose Down
DROP TABLE consent.retention_rules;
