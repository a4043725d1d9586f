-- +goose Up
-- One charge on one invoice. Lines stay with a voided invoice as its history; which invoice holds a charge now stands in invoiced_charges.
CREATE TABLE billing.invoice_line_items (
  id uuid PRIMARY KEY,
  invoice_id uuid NOT NULL REFERENCES billing.invoices (id),
  charge_id uuid NOT NULL REFERENCES billing.charges (id),
  line_number integer NOT NULL CHECK (line_number > 0),
  description text NOT NULL,
  amount numeric(19,4) NOT NULL,
  currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  UNIQUE (invoice_id, line_number),
  UNIQUE (invoice_id, charge_id)
);
CREATE INDEX invoice_line_items_by_charge ON billing.invoice_line_items (charge_id);
-- +goose Down
DROP TABLE billing.invoice_line_items;
