-- +goose Up
-- Rights keep the service from changing what was once noted; triggers keep everybody, the owner too.
-- +goose StatementBegin
CREATE FUNCTION documents.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER template_versions_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON documents.template_versions
  FOR EACH STATEMENT EXECUTE FUNCTION documents.refuse_change();
CREATE TRIGGER downloads_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON documents.downloads
  FOR EACH STATEMENT EXECUTE FUNCTION documents.refuse_change();
-- +goose Down
DROP TRIGGER downloads_append_only ON documents.downloads;
DROP TRIGGER template_versions_append_only ON documents.template_versions;
DROP FUNCTION documents.refuse_change();
