-- +goose Up
-- A scheme's members come in one CSV or JSON file of up to 25 MB; everything else stays at ten.
ALTER TABLE documents.files DROP CONSTRAINT files_check;
ALTER TABLE documents.files ADD CONSTRAINT files_size
  CHECK (size_bytes = octet_length(content) AND size_bytes BETWEEN 1 AND CASE WHEN content_type IN ('text/csv', 'application/json') THEN 26214400 ELSE 10485760 END);
-- +goose Down
DELETE FROM documents.files WHERE size_bytes > 10485760;
ALTER TABLE documents.files DROP CONSTRAINT files_size;
ALTER TABLE documents.files ADD CONSTRAINT files_check CHECK (size_bytes = octet_length(content) AND size_bytes BETWEEN 1 AND 10485760);
