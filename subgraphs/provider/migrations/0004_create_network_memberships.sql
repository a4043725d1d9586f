-- +goose Up
-- Which networks a provider belongs to, and since when. In network on a day means: active, and a member of a network on that day.
CREATE TABLE provider.network_memberships (
  id uuid PRIMARY KEY,
  provider_id uuid NOT NULL REFERENCES provider.providers,
  network text NOT NULL CHECK (network <> ''),
  effective_from date NOT NULL,
  effective_to date,
  CHECK (effective_to IS NULL OR effective_from <= effective_to)
);
CREATE UNIQUE INDEX network_memberships_open ON provider.network_memberships (provider_id, network) WHERE effective_to IS NULL;
CREATE INDEX network_memberships_network ON provider.network_memberships (network, provider_id);
-- +goose Down
DROP TABLE provider.network_memberships;
