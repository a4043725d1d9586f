-- +goose Up
-- A dispute or an inquiry for which everything about a party must stay as it is. While one is there, requests of the party wait.
CREATE TABLE consent.legal_holds (
  id uuid PRIMARY KEY,
  party_locator text NOT NULL,
  reason text NOT NULL,
  placed_by text NOT NULL,
  placed_at timestamptz NOT NULL,
  lifted_by text,
  lifted_at timestamptz,
  CONSTRAINT legal_holds_lifted CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
);
CREATE INDEX legal_holds_live ON consent.legal_holds (party_locator) WHERE lifted_at IS NULL;
-- +goose Down
DROP TABLE consent.legal_holds;
