-- +goose Up
-- Decided claims whose cover has changed behind their back: an endorsement, cancellation or reinstatement that reaches back to their days. Listed for a person; nothing
-- about the claims changes by itself. `claim_id` and `event_id` make an event that comes twice one row.
CREATE TABLE claims.claim_reviews (
  id uuid PRIMARY KEY,
  claim_id uuid NOT NULL REFERENCES claims.claims (id),
  event_id uuid NOT NULL,
  reason text NOT NULL CHECK (reason IN ('COVER_GAINED', 'COVER_LOST', 'TERMS_CHANGED')),
  line_numbers integer[] NOT NULL,
  effective_on date NOT NULL,
  noted_at timestamptz NOT NULL,
  settled_at timestamptz,
  settled_by text,
  CONSTRAINT claim_reviews_once UNIQUE (claim_id, event_id)
);
CREATE INDEX claim_reviews_open ON claims.claim_reviews (id) WHERE settled_at IS NULL;
-- +goose Down
DROP TABLE claims.claim_reviews;
