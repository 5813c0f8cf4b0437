-- Who may do what: one group role per process, and board_reader, who sees nothing but the views of schema board.
-- depends: 0003_meaning

-- Roles belong to the whole server, so another database may have made them already, perhaps at this very moment.
-- A migrating user without superuser rights needs CREATEROLE, and becomes a member so that its processes may act as them.
DO $$
DECLARE
    name text;
    right_to_become text := CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    FOREACH name IN ARRAY ARRAY['streets_ingest', 'streets_jobs', 'streets_api', 'streets_officer', 'board_reader'] LOOP
        BEGIN
            EXECUTE format('CREATE ROLE %I NOLOGIN', name);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL;
        END;
        IF NOT pg_has_role(current_user, name, right_to_become) THEN
            EXECUTE format('GRANT %I TO %I', name, current_user);
        END IF;
    END LOOP;
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO streets_ingest', current_database());
END
$$;

CREATE SCHEMA board;
COMMENT ON SCHEMA board IS 'Views for dashboards: tables may change, these names and columns keep their promise';
GRANT USAGE ON SCHEMA board TO board_reader;
ALTER DEFAULT PRIVILEGES IN SCHEMA board GRANT SELECT ON TABLES TO board_reader;

GRANT USAGE ON SCHEMA public TO streets_ingest, streets_jobs, streets_api, streets_officer;

-- Later migrations: jobs work on what is derived, the API and the officer's commands read it, ingest has no part in it.
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO streets_jobs;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO streets_api, streets_officer;

-- Every process may ask whether the schema is the one that it was written for.
GRANT SELECT ON _yoyo_migration TO streets_ingest, streets_jobs, streets_api, streets_officer;

-- Ingest adds what arrived and can take nothing away. It counts up rejects and the ledger, and flags a frame in its note.
GRANT SELECT ON council, device, installation TO streets_ingest;
GRANT SELECT, INSERT ON uplink, level_reading, count_reading, bump, coverage TO streets_ingest;
GRANT UPDATE (note) ON uplink TO streets_ingest;
GRANT SELECT, INSERT, UPDATE ON reject, ledger, touched TO streets_ingest;

-- Jobs read everything but tokens, write what it means, and delete what is past its retention.
GRANT SELECT ON council, ward, place, bin, counter, device, installation, ironwork, street_extract, round_base, vehicle,
    uplink, level_reading, count_reading, bump, coverage, reject, ledger TO streets_jobs;
GRANT DELETE ON uplink, bump, coverage, reject TO streets_jobs;
GRANT SELECT, INSERT, UPDATE, DELETE ON touched, job_run, bin_fill, emptying, bin_status, pothole_site,
    round, round_stop, round_left_out TO streets_jobs;
GRANT SELECT ON stop_event TO streets_jobs;

-- The API reads, keeps what crews tell and officers plan, and notes when a token was used.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO streets_api;
GRANT INSERT, UPDATE ON round, round_stop, round_left_out TO streets_api;
GRANT INSERT ON stop_event, emptying TO streets_api;
-- A crew may take back what it told of an emptying.
GRANT DELETE ON emptying TO streets_api;
GRANT UPDATE (last_used_at) ON token TO streets_api;

-- The officer's commands import assets, make and revoke tokens, and plan rounds.
GRANT SELECT ON ALL TABLES IN SCHEMA public TO streets_officer;
GRANT INSERT, UPDATE ON council, ward, place, bin, counter, device, installation, ironwork, street_extract, round_base, vehicle,
    touched, token, round, round_stop, round_left_out TO streets_officer;
