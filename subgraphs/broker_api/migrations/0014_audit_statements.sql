-- +goose Up
-- Statements have audit rows too.
ALTER TABLE broker_api.status_changes DROP CONSTRAINT status_changes_entity_check;
ALTER TABLE broker_api.status_changes ADD CONSTRAINT status_changes_entity_check CHECK (entity IN ('BROKER', 'COMMISSION', 'STATEMENT'));
-- +goose Down
DELETE FROM broker_api.status_changes WHERE entity = 'STATEMENT';
ALTER TABLE broker_api.status_changes DROP CONSTRAINT status_changes_entity_check;
ALTER TABLE broker_api.status_changes ADD CONSTRAINT status_changes_entity_check CHECK (entity IN ('BROKER', 'COMMISSION'));
