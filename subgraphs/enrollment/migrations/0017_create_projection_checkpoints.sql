-- +goose Up
-- How far each projection has read each partition.
CREATE TABLE enrollment.projection_checkpoints (
  consumer_group text NOT NULL,
  topic text NOT NULL,
  partition integer NOT NULL,
  "offset" bigint NOT NULL,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer_group, topic, partition)
);
-- +goose Down
DROP TABLE enrollment.projection_checkpoints;
