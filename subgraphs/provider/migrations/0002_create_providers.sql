-- +goose Up
-- The directory. `network_status` is where the provider stands after the last change; the day of service of a claim is answered from the history.
CREATE TABLE provider.providers (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  npi text UNIQUE CHECK (npi ~ '^[0-9]{10}$'),
  party_id uuid NOT NULL UNIQUE,
  party_locator text NOT NULL,
  market text NOT NULL CHECK (market IN ('US', 'UK')),
  name text NOT NULL CHECK (name <> ''),
  specialty text NOT NULL CHECK (specialty <> ''),
  network_status text NOT NULL CHECK (network_status IN ('PENDING', 'ACTIVE', 'SUSPENDED', 'TERMINATED')),
  address jsonb,
  phone text,
  email text,
  activated_at timestamptz,
  credentialing_due_on date,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CHECK ((market = 'US') = (npi IS NOT NULL)),
  -- a provider is activated by approval only
  CHECK ((network_status = 'PENDING') = (activated_at IS NULL))
);
CREATE INDEX providers_name ON provider.providers USING gin (to_tsvector('simple', name));
CREATE INDEX providers_specialty ON provider.providers (lower(specialty), id);
CREATE INDEX providers_city ON provider.providers (lower(address->>'city'), id);
CREATE INDEX providers_postcode ON provider.providers (upper(address->>'postcode') text_pattern_ops);
-- +goose Down
DROP TABLE provider.providers;
