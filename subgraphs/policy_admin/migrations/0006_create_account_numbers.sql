-- +goose Up
-- Where display numbers come from. Gaps are fine; a check digit is added by the code.
CREATE SEQUENCE policy_admin.account_numbers START 100001;
-- +goose Down
DROP SEQUENCE policy_admin.account_numbers;
