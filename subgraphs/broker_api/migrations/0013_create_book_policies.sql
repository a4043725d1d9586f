-- +goose Up
-- A broker's book of business at a glance: each of their policies as its last event told it. No names and nothing of health: a policy, its holder's locator, its term and its premium.
CREATE TABLE broker_api.book_policies (
  id uuid PRIMARY KEY,
  policy_locator text NOT NULL UNIQUE,
  broker_locator text NOT NULL,
  holder_party_locator text NOT NULL,
  account_locator text NOT NULL,
  product_code text NOT NULL,
  status text NOT NULL,
  currency text NOT NULL,
  term_from date NOT NULL,
  term_to date NOT NULL,
  ended_on date,
  premium numeric(19,4) NOT NULL
);
COMMENT ON COLUMN broker_api.book_policies.premium IS 'Written in the present term, net of tax and fees, after what was given back.';
CREATE INDEX book_policies_by_broker ON broker_api.book_policies (broker_locator, id DESC);
-- +goose Down
DROP TABLE broker_api.book_policies;
