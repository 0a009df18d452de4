-- +goose Up
-- Whether a store's business day is complete (RUL-07).

-- What a till says a business day came to. Of its tellings the newest holds.
CREATE TABLE day_total (
  tenant_id     uuid NOT NULL,
  store_id      uuid NOT NULL,
  business_date date NOT NULL,
  source        text COLLATE "C" NOT NULL,
  no            int NOT NULL, -- 1, 2, 3 …: its tellings of this day
  bills         int NOT NULL CHECK (bills >= 0), -- that were paid and not voided
  sum_fen       bigint NOT NULL, -- what they come to, less refund notes of the day
  key_id        uuid, -- which told it; null: a person
  told_by       uuid,
  recorded_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, store_id, business_date, source, no),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id)
);
SELECT wall_append_only('day_total');

-- The tills that tell totals: from the first day they told, until somebody says
-- that they are gone. A day without one of them is not complete.
CREATE TABLE store_till (
  tenant_id  uuid NOT NULL,
  store_id   uuid NOT NULL,
  source     text COLLATE "C" NOT NULL,
  first_on   date NOT NULL,
  retired_on date, -- first day it tells no more
  PRIMARY KEY (tenant_id, store_id, source),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id)
);
SELECT wall('store_till');

-- A day that the manager declared complete, with what was open then.
CREATE TABLE day_declared (
  tenant_id     uuid NOT NULL,
  store_id      uuid NOT NULL,
  business_date date NOT NULL,
  reason        text NOT NULL, -- why the day is right as it is; no words about guests
  declared_by   uuid NOT NULL,
  declared_for  uuid, -- whom he acted for
  recorded_at   timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, store_id, business_date),
  FOREIGN KEY (tenant_id, store_id) REFERENCES store (tenant_id, store_id),
  FOREIGN KEY (tenant_id, declared_by) REFERENCES person (tenant_id, person_id)
);
SELECT wall_append_only('day_declared');
