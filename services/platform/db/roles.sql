-- The roles of a Changke database; run by a superuser. Running it again changes
-- nothing. `changke migrate` runs it by itself when it connects as a superuser.
DO $$
DECLARE
  wanted text[][] := ARRAY[
    ['changke_owner', 'NOLOGIN'],                -- owns the schema, nobody connects as it
    ['changke_app', 'LOGIN'],                    -- the server: owns nothing, bound by row level security
    ['changke_lookup', 'NOLOGIN BYPASSRLS'],     -- runs the look-ups that know no tenant yet
    ['changke_operator', 'NOLOGIN'],             -- what the server becomes for the platform's operators: their tables only
    ['changke_maintenance', 'NOLOGIN BYPASSRLS'] -- backups: pg_dump under row level security writes nothing
  ];
  r text[];
BEGIN
  FOREACH r SLICE 1 IN ARRAY wanted LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r[1]) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I %s', r[1], r[2]);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database of this server is being migrated at the same moment
      END;
    END IF;
  END LOOP;
  -- To become the operators' role is a step that the server takes knowingly.
  IF (SELECT rolinherit FROM pg_roles WHERE rolname = 'changke_app') OR NOT pg_has_role('changke_app', 'changke_operator', 'MEMBER') THEN
    LOCK TABLE pg_authid IN SHARE ROW EXCLUSIVE MODE; -- roles are the server's: other databases may be migrated at the same moment
    ALTER ROLE changke_app NOINHERIT;
    GRANT changke_operator TO changke_app;
  END IF;
  EXECUTE format('GRANT CREATE, CONNECT ON DATABASE %I TO changke_owner', current_database());
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO changke_app, changke_maintenance', current_database());
END $$;
GRANT CREATE, USAGE ON SCHEMA public TO changke_owner;
GRANT USAGE ON SCHEMA public TO changke_app, changke_lookup, changke_maintenance;
GRANT pg_read_all_data TO changke_maintenance;
