-- +goose Up
-- How far each consumer group has read. The column "offset" is a reserved word: quote it.
CREATE TABLE provider.projection_checkpoints (
  consumer_group text NOT NULL,
  topic text NOT NULL,
  partition integer NOT NULL,
  "offset" bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer_group, topic, partition)
);
-- +goose Down
DROP TABLE provider.projection_checkpoints;
