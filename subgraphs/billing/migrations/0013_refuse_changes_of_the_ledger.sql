-- +goose Up
-- Rights keep the service from changing the ledger; triggers keep everybody, the owner too.
-- +goose StatementBegin
CREATE FUNCTION billing.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.ledger_entries
  FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change();
CREATE TRIGGER journals_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing.journals
  FOR EACH STATEMENT EXECUTE FUNCTION billing.refuse_change();
-- +goose Down
DROP TRIGGER journals_append_only ON billing.journals;
DROP TRIGGER ledger_entries_append_only ON billing.ledger_entries;
DROP FUNCTION billing.refuse_change();
