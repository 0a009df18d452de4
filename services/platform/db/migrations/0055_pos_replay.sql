-- +goose Up
-- Which delivery one repeats that was sent once more by hand, and who asked for it. Both
-- are of one event and go with it.
ALTER TABLE webhook_delivery
  ADD COLUMN replay_of   uuid, -- null: sent by itself
  ADD COLUMN replayed_by uuid; -- null: of a replay, not known

-- Until now a replay was nothing but a later delivery of the same event.
ALTER TABLE webhook_delivery NO FORCE ROW LEVEL SECURITY;
UPDATE webhook_delivery d SET replay_of = f.first FROM (
  SELECT tenant_id, delivery_id, first_value(delivery_id) OVER (PARTITION BY tenant_id, webhook_id, event_id ORDER BY delivery_id) AS first FROM webhook_delivery
) f WHERE f.tenant_id = d.tenant_id AND f.delivery_id = d.delivery_id AND f.first <> d.delivery_id;
ALTER TABLE webhook_delivery FORCE ROW LEVEL SECURITY;
