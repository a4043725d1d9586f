-- +goose Up
-- Many held claims decided again by a job, for instance after a fee has been agreed. Its items are fixed when it is started; each is done once, in order of its claim.
CREATE TABLE claims.claim_batches (
  id uuid PRIMARY KEY,
  locator text NOT NULL UNIQUE,
  hold_reason text NOT NULL,
  status text NOT NULL CHECK (status IN ('RUNNING', 'DONE')),
  total integer NOT NULL CHECK (total >= 0),
  started_by text NOT NULL,
  created_at timestamptz NOT NULL,
  finished_at timestamptz
);
CREATE TABLE claims.claim_batch_items (
  batch_id uuid NOT NULL REFERENCES claims.claim_batches (id),
  claim_id uuid NOT NULL REFERENCES claims.claims (id),
  result text CHECK (result IN ('DECIDED', 'HELD', 'SKIPPED', 'FAILED')),
  PRIMARY KEY (batch_id, claim_id)
);
CREATE INDEX claim_batch_items_open ON claims.claim_batch_items (batch_id, claim_id) WHERE result IS NULL;
-- +goose Down
DROP TABLE claims.claim_batch_items;
DROP TABLE claims.claim_batches;
