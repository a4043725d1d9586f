-- +goose Up
-- Rights already keep the service from changing its audit trail; the trigger also stops an owner's slip, and a right granted by mistake.
-- +goose StatementBegin
CREATE FUNCTION claims.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
-- +goose StatementEnd
CREATE TRIGGER claim_events_append_only BEFORE UPDATE OR DELETE ON claims.claim_events FOR EACH ROW EXECUTE FUNCTION claims.refuse_change();
CREATE TRIGGER claim_events_no_truncate BEFORE TRUNCATE ON claims.claim_events FOR EACH STATEMENT EXECUTE FUNCTION claims.refuse_change();
-- +goose Down
DROP TRIGGER claim_events_no_truncate ON claims.claim_events;
DROP TRIGGER claim_events_append_only ON claims.claim_events;
DROP FUNCTION claims.refuse_change();
