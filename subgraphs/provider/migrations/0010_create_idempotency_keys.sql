-- +goose Up
-- What a mutation answered to a key, so that a repeated call changes nothing and gets the same answer.
CREATE TABLE provider.idempotency_keys (
  scope text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  response jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, key)
);
-- +goose Down
DROP TABLE provider.idempotency_keys;
