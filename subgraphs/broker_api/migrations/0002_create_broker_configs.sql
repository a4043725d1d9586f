-- +goose Up
-- What a broker may do and earns. `broker_id` is the id of the firm's party; the authority is the annual premium, net of tax, up to which a quote of theirs is bound without an
-- underwriter. Commission is a rate of premium, earned over the agreed months.
CREATE TABLE broker_api.broker_configs (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  broker_id uuid NOT NULL UNIQUE,
  party_locator text NOT NULL UNIQUE,
  delegated_authority_limit numeric(19,4) NOT NULL CHECK (delegated_authority_limit >= 0),
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  authority_withdrawn_on date,
  commission_rate numeric(7,6) NOT NULL CHECK (commission_rate BETWEEN 0 AND 1),
  commission_months integer NOT NULL CHECK (commission_months BETWEEN 1 AND 60),
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);
-- +goose Down
DROP TABLE broker_api.broker_configs;
