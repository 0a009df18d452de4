-- +goose Up
ALTER TABLE role
  ADD COLUMN version    bigint NOT NULL DEFAULT 1, -- raised with every change of it
  ADD COLUMN deleted_at timestamptz; -- gone from lists; who held it keeps his history

-- Posts in words (岗位, ROL-01), and the role that comes with each.
CREATE TABLE position (
  tenant_id   uuid NOT NULL,
  name        text NOT NULL CHECK (name <> ''),
  role        text NOT NULL,
  head_office boolean NOT NULL, -- belongs to no store
  PRIMARY KEY (tenant_id, name),
  FOREIGN KEY (tenant_id, role) REFERENCES role (tenant_id, code)
);
SELECT wall('position');

-- What the product's template last gave a chain. A newer template is merged by
-- it: what the chain has left as it was given follows, what it changed stays.
CREATE TABLE role_template (
  tenant_id uuid NOT NULL REFERENCES tenant,
  item      text NOT NULL, -- role/admin, right/admin/store.read, position/客服经理; template: the whole's digest
  value     text NOT NULL,
  PRIMARY KEY (tenant_id, item)
);
SELECT wall('role_template');
