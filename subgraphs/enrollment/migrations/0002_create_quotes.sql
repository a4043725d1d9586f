-- +goose Up
-- A quote is what a customer may accept. It pins a published product version; `document` holds what was asked for (elements, insured, start)
-- and `pricing` the breakdown that was shown. `holder_party_id`, `broker` and `scheme` repeat what decides who may see it.
CREATE TABLE enrollment.quotes (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  account_id uuid NOT NULL,
  account_locator text NOT NULL,
  holder_party_id uuid NOT NULL,
  holder_party_locator text NOT NULL,
  broker text,
  scheme text,
  product_version_id uuid NOT NULL,
  product_code text NOT NULL,
  status text NOT NULL CHECK (status IN ('DRAFT', 'VALIDATED', 'PRICED', 'UNDERWRITTEN', 'REFERRED', 'DECLINED', 'REJECTED', 'ACCEPTED', 'ISSUED', 'REFUSED', 'DISCARDED', 'EXPIRED')),
  currency char(3) NOT NULL,
  effective_from date NOT NULL,
  effective_to date NOT NULL,
  region text,
  document jsonb NOT NULL,
  pricing jsonb,
  premium numeric(19, 4) CHECK (premium >= 0),
  tax numeric(19, 4) CHECK (tax >= 0),
  fees numeric(19, 4) CHECK (fees >= 0),
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CHECK (effective_from < effective_to),
  -- from PRICED on there is a price, in DRAFT and VALIDATED there is none
  CHECK (status NOT IN ('PRICED', 'UNDERWRITTEN', 'REFERRED', 'DECLINED', 'REJECTED', 'ACCEPTED', 'ISSUED') OR (pricing IS NOT NULL AND premium IS NOT NULL AND tax IS NOT NULL AND fees IS NOT NULL)),
  CHECK (status NOT IN ('DRAFT', 'VALIDATED') OR pricing IS NULL)
);
CREATE INDEX quotes_by_account ON enrollment.quotes (account_locator, id DESC);
CREATE INDEX quotes_by_holder ON enrollment.quotes (holder_party_id, id DESC);
CREATE INDEX quotes_by_broker ON enrollment.quotes (broker, id DESC) WHERE broker IS NOT NULL;
CREATE INDEX quotes_open_by_expiry ON enrollment.quotes (expires_at) WHERE status IN ('DRAFT', 'VALIDATED', 'PRICED', 'UNDERWRITTEN', 'REFERRED', 'DECLINED', 'ACCEPTED');
CREATE INDEX quotes_waiting_for_underwriter ON enrollment.quotes (id) WHERE status = 'REFERRED';
-- +goose Down
DROP TABLE enrollment.quotes;
