-- +goose Up
-- Every journal balances per currency, checked when its transaction commits, whoever wrote it. Deferred, because a journal is inserted entry by entry.
-- A journal without entries is none.
-- +goose StatementBegin
CREATE FUNCTION billing.require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  journal uuid := CASE TG_TABLE_NAME WHEN 'journals' THEN NEW.id ELSE (to_jsonb(NEW) ->> 'journal_id')::uuid END;
  entries bigint;
  lopsided text;
BEGIN
  SELECT sum(n), max(currency) FILTER (WHERE balance <> 0) INTO entries, lopsided FROM (
    SELECT currency, count(*) AS n, sum(CASE direction WHEN 'DEBIT' THEN amount ELSE -amount END) AS balance
    FROM billing.ledger_entries WHERE journal_id = journal GROUP BY currency
  ) AS sums;
  IF coalesce(entries, 0) < 2 THEN
    RAISE EXCEPTION 'a journal has two entries at least' USING ERRCODE = 'check_violation', CONSTRAINT = 'journals_balance';
  END IF;
  IF lopsided IS NOT NULL THEN
    RAISE EXCEPTION 'a journal does not balance in %', lopsided USING ERRCODE = 'check_violation', CONSTRAINT = 'journals_balance';
  END IF;
  RETURN NULL;
END $$;
-- +goose StatementEnd
CREATE CONSTRAINT TRIGGER journals_balance AFTER INSERT ON billing.journals
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing.require_balance();
CREATE CONSTRAINT TRIGGER ledger_entries_balance AFTER INSERT ON billing.ledger_entries
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing.require_balance();
-- +goose Down
DROP TRIGGER ledger_entries_balance ON billing.ledger_entries;
DROP TRIGGER journals_balance ON billing.journals;
DROP FUNCTION billing.require_balance();
