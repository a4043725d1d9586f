-- +goose Up
-- Policies are sold on a published version, so nothing of it changes but the day on which its successor takes over, once.
-- +goose StatementBegin
CREATE FUNCTION policy_admin.guard_product_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'PUBLISHED' THEN
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a published version is never deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF to_jsonb(NEW) - 'effective_to' IS DISTINCT FROM to_jsonb(OLD) - 'effective_to' OR (OLD.effective_to IS NOT NULL AND NEW.effective_to IS DISTINCT FROM OLD.effective_to) THEN
    RAISE EXCEPTION 'a published version does not change' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER product_versions_guard BEFORE UPDATE OR DELETE ON policy_admin.product_versions
  FOR EACH ROW EXECUTE FUNCTION policy_admin.guard_product_version();
-- +goose Down
DROP TRIGGER product_versions_guard ON policy_admin.product_versions;
DROP FUNCTION policy_admin.guard_product_version();
