-- +goose Up
-- What every tenant table needs, in one call, so that none forgets a part:
-- row level security that binds the owner too, one policy, rights for the
-- application. nullif: after the first transaction a transaction-local setting
-- reads '' and not NULL.
-- +goose StatementBegin
CREATE FUNCTION wall(tab regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', tab);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', tab);
  EXECUTE format($p$CREATE POLICY tenant_wall ON %s USING (tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid)$p$, tab);
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO changke_app', tab);
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION wall(regclass) FROM PUBLIC;
-- For append-only facts: nobody but the owner can change or delete a row.
-- +goose StatementBegin
CREATE FUNCTION wall_append_only(tab regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM wall(tab);
  EXECUTE format('REVOKE UPDATE, DELETE ON %s FROM changke_app', tab);
END $$;
-- +goose StatementEnd
REVOKE ALL ON FUNCTION wall_append_only(regclass) FROM PUBLIC;
