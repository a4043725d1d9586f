-- +goose Up
-- How far each consumer group has read each partition, written in the transaction that applied the events.
CREATE TABLE eligibility.projection_checkpoints (
  consumer_group text NOT NULL,
  topic text NOT NULL,
  partition integer NOT NULL,
  "offset" bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer_group, topic, partition)
);
-- +goose Down
DROP TABLE eligibility.projection_checkpoints;
