-- +goose Up
-- Steps of a policy that are no transactions: grace, lapse for want of payment, whether it is to be renewed. By whom and when; subjects and codes, no names.
CREATE TABLE enrollment.policy_events (
  id uuid PRIMARY KEY,
  policy_id uuid NOT NULL REFERENCES enrollment.policies (id),
  command text NOT NULL,
  from_status text NOT NULL,
  to_status text NOT NULL,
  actor text NOT NULL,
  occurred_at timestamptz NOT NULL
);
CREATE INDEX policy_events_by_policy ON enrollment.policy_events (policy_id, id);
COMMENT ON TABLE enrollment.policy_events IS 'append-only: the audit trail of policies beside their transactions';
-- +goose Down
DROP TABLE enrollment.policy_events;
