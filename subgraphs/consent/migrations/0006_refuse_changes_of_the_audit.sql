-- +goose Up
-- Rights keep the service from changing what was once noted; triggers keep everybody, the owner too.
-- +goose StatementBegin
CREATE FUNCTION consent.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER consent_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consent.consent_audit
  FOR EACH STATEMENT EXECUTE FUNCTION consent.refuse_change();
CREATE TRIGGER status_changes_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON consent.status_changes
  FOR EACH STATEMENT EXECUTE FUNCTION consent.refuse_change();
-- +goose Down
DROP TRIGGER status_changes_append_only ON consent.status_changes;
DROP TRIGGER consent_audit_append_only ON consent.consent_audit;
DROP FUNCTION consent.refuse_change();
