-- +goose Up
-- What was agreed for a procedure, with one provider or with a network, and for which days. Earlier agreements stay: a claim is priced by its day of service.
CREATE TABLE provider.fee_schedules (
  id uuid PRIMARY KEY,
  provider_id uuid REFERENCES provider.providers,
  network text CHECK (network <> ''),
  procedure_code text NOT NULL CHECK (procedure_code <> ''),
  amount numeric(19,4) NOT NULL CHECK (amount >= 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  effective_from date NOT NULL,
  effective_to date,
  created_at timestamptz NOT NULL,
  CHECK ((provider_id IS NULL) <> (network IS NULL)),
  CHECK (effective_to IS NULL OR effective_from < effective_to)
);
CREATE UNIQUE INDEX fee_schedules_provider ON provider.fee_schedules (provider_id, procedure_code, currency, effective_from) WHERE provider_id IS NOT NULL;
CREATE UNIQUE INDEX fee_schedules_network ON provider.fee_schedules (network, procedure_code, currency, effective_from) WHERE network IS NOT NULL;
-- +goose Down
DROP TABLE provider.fee_schedules;
