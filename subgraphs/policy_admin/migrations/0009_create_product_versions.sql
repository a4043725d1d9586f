-- +goose Up
-- What a product is from a day on. One draft at a time; published versions of a product never overlap.
CREATE TABLE policy_admin.product_versions (
  id uuid PRIMARY KEY,
  product_id uuid NOT NULL REFERENCES policy_admin.products (id),
  version integer NOT NULL CHECK (version > 0),
  status text NOT NULL CHECK (status IN ('DRAFT', 'PUBLISHED')),
  effective_from date NOT NULL,
  effective_to date,
  document jsonb NOT NULL,
  created_at timestamptz NOT NULL,
  published_at timestamptz,
  UNIQUE (product_id, version),
  CONSTRAINT product_versions_period CHECK (effective_to IS NULL OR effective_from < effective_to),
  CONSTRAINT product_versions_published_at CHECK ((status = 'PUBLISHED') = (published_at IS NOT NULL)),
  CONSTRAINT product_versions_do_not_overlap EXCLUDE USING gist (product_id WITH =, daterange(effective_from, effective_to) WITH &&) WHERE (status = 'PUBLISHED')
);
CREATE UNIQUE INDEX product_versions_one_draft ON policy_admin.product_versions (product_id) WHERE status = 'DRAFT';
-- +goose Down
DROP TABLE policy_admin.product_versions;
