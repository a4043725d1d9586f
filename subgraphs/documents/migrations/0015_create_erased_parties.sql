-- +goose Up
-- Who has asked to be forgotten, or to be left in peace: work that was under way when they did must not write about them again.
CREATE TABLE documents.erased_parties (
  party_locator text PRIMARY KEY,
  delete_type text NOT NULL CHECK (delete_type IN ('ERASE', 'ANONYMISE', 'RESTRICT')),
  since date NOT NULL
);
-- +goose Down
DROP TABLE documents.erased_parties;
