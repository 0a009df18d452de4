-- +goose Up
-- What a chain's VIP files ask for (CUS-02), version by version. Version 1, the
-- one every chain begins with, is the product's and has no row.
CREATE TABLE file_template (
  tenant_id    uuid NOT NULL REFERENCES tenant,
  version      int NOT NULL CHECK (version > 1),
  fields       jsonb NOT NULL, -- [{name, stage, group, required, help, …}], in order
  note         text NOT NULL DEFAULT '',
  published_by uuid NOT NULL,
  published_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, version),
  FOREIGN KEY (tenant_id, published_by) REFERENCES person (tenant_id, person_id)
);
SELECT wall_append_only('file_template');

-- What shall become the next version: one draft for the chain. The row stays
-- when a draft ends, so that a revision never comes twice and nobody saves an
-- old page over somebody's new draft.
CREATE TABLE file_template_draft (
  tenant_id uuid NOT NULL REFERENCES tenant,
  revision  bigint NOT NULL CHECK (revision > 0),
  fields    jsonb, -- null: no draft now
  saved_by  uuid NOT NULL,
  saved_at  timestamptz NOT NULL,
  PRIMARY KEY (tenant_id),
  FOREIGN KEY (tenant_id, saved_by) REFERENCES person (tenant_id, person_id)
);
SELECT wall('file_template_draft');

-- By which version a revision is judged: the one it was begun or last saved
-- under. Null: it was written under none (imported), the one in force judges it.
ALTER TABLE file_revision ADD COLUMN template_version int;
