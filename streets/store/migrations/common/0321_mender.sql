-- A role of its own for the one command that may take readings away: kept frames decoded again with a corrected decoder.
-- depends: 0320_rejects 0300_frames 0350_revisions

DO $$
DECLARE
    right_to_become text := CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    BEGIN
        CREATE ROLE streets_mender NOLOGIN;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL;
    END;
    IF NOT pg_has_role(current_user, 'streets_mender', right_to_become) THEN
        EXECUTE format('GRANT streets_mender TO %I', current_user);
    END IF;
    EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO streets_mender', current_database());
END
$$;

GRANT USAGE ON SCHEMA public TO streets_mender;
GRANT SELECT ON _yoyo_migration, council, device, installation, uplink TO streets_mender;
GRANT UPDATE (readings, note) ON uplink TO streets_mender;
GRANT SELECT, INSERT, DELETE ON level_reading, count_reading TO streets_mender;
GRANT SELECT, INSERT, UPDATE ON touched TO streets_mender;
