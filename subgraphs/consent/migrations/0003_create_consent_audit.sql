-- +goose Up
-- Every time somebody said yes or no, also when it changed nothing. Proof of consent is kept for six years and never altered: it holds locators and codes only.
-- `changed_by` is a token's subject or a service; never a name.
CREATE TABLE consent.consent_audit (
  id uuid PRIMARY KEY,
  party_locator text NOT NULL,
  consent_type text NOT NULL,
  granted boolean NOT NULL,
  was_granted boolean,
  is_change boolean NOT NULL,
  acted_as text NOT NULL CHECK (acted_as IN ('MEMBER', 'GUARDIAN', 'OFFICER')),
  changed_by text NOT NULL,
  changed_at timestamptz NOT NULL,
  CONSTRAINT consent_audit_change CHECK (is_change = (was_granted IS DISTINCT FROM granted))
);
COMMENT ON TABLE consent.consent_audit IS 'append-only: the proof of what was consented to, when and by whom';
COMMENT ON COLUMN consent.consent_audit.was_granted IS 'Null when the party had never been asked.';
CREATE INDEX consent_audit_by_party ON consent.consent_audit (party_locator, id DESC);
-- +goose Down
DROP TABLE consent.consent_audit;
