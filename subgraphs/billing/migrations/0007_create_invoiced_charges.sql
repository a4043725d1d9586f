-- +goose Up
-- A charge is invoiced once: its row here is taken by the invoice that holds it, whatever the concurrency, and given back when that invoice is voided.
CREATE TABLE billing.invoiced_charges (
  charge_id uuid PRIMARY KEY REFERENCES billing.charges (id),
  invoice_id uuid NOT NULL REFERENCES billing.invoices (id)
);
CREATE INDEX invoiced_charges_by_invoice ON billing.invoiced_charges (invoice_id);
-- +goose Down
DROP TABLE billing.invoiced_charges;
