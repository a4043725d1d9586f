-- +goose Up
-- What a command answered to a key, so that the same request again gets the same answer.
CREATE TABLE triage.idempotency_keys (
  scope text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  response jsonb,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (scope, key)
);
-- +goose Down
DROP TABLE triage.idempotency_keys;
