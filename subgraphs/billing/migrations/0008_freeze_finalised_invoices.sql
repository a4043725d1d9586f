-- +goose Up
-- A finalised invoice is a promise to the customer: only its status and paid_at may change, along the state table, and it is finalised only when its
-- lines sum to its total. The database says so, because code is not the only thing that writes.
-- +goose StatementBegin
CREATE FUNCTION billing.guard_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  lines numeric(19,4);
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'an invoice is voided, never deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.status <> 'DRAFT' AND to_jsonb(NEW) - 'status' - 'paid_at' IS DISTINCT FROM to_jsonb(OLD) - 'status' - 'paid_at' THEN
    RAISE EXCEPTION 'a finalised invoice does not change but for its status and paid_at' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
    ('DRAFT', 'FINALISED'), ('DRAFT', 'VOID'), ('FINALISED', 'PAID'), ('FINALISED', 'VOID'), ('FINALISED', 'WRITTEN_OFF'), ('PAID', 'FINALISED')) THEN
    RAISE EXCEPTION 'an invoice does not go from % to %', OLD.status, NEW.status USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.status = 'DRAFT' AND NEW.status = 'FINALISED' THEN
    SELECT coalesce(sum(amount), 0) INTO lines FROM billing.invoice_line_items WHERE invoice_id = NEW.id AND currency = NEW.currency;
    IF lines <> NEW.total_amount THEN
      RAISE EXCEPTION 'the lines of an invoice sum to its total' USING ERRCODE = 'check_violation';
    END IF;
  END IF;
  RETURN NEW;
END $$;
-- +goose StatementEnd
CREATE TRIGGER invoices_guard BEFORE UPDATE OR DELETE ON billing.invoices FOR EACH ROW EXECUTE FUNCTION billing.guard_invoice();
-- +goose StatementBegin
CREATE FUNCTION billing.guard_invoice_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  line billing.invoice_line_items;
BEGIN
  FOREACH line IN ARRAY CASE TG_OP WHEN 'INSERT' THEN ARRAY[NEW] WHEN 'DELETE' THEN ARRAY[OLD] ELSE ARRAY[OLD, NEW] END LOOP
    IF EXISTS (SELECT 1 FROM billing.invoices i WHERE i.id = line.invoice_id AND i.status <> 'DRAFT') THEN
      RAISE EXCEPTION 'the lines of a finalised invoice do not change' USING ERRCODE = 'restrict_violation';
    END IF;
  END LOOP;
  RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
-- +goose StatementEnd
CREATE TRIGGER invoice_line_items_guard BEFORE INSERT OR UPDATE OR DELETE ON billing.invoice_line_items
  FOR EACH ROW EXECUTE FUNCTION billing.guard_invoice_lines();
-- +goose Down
DROP TRIGGER invoice_line_items_guard ON billing.invoice_line_items;
DROP FUNCTION billing.guard_invoice_lines();
DROP TRIGGER invoices_guard ON billing.invoices;
DROP FUNCTION billing.guard_invoice();
