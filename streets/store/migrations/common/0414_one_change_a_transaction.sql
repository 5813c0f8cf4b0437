-- A transaction counts as one change of the registry: an import of ten thousand lines writes one row once, not as many times.
-- depends: 0413_installation_checks

ALTER TABLE registry_change ADD COLUMN counted_in xid8;
COMMENT ON COLUMN registry_change.changes IS 'Transactions so far, at least';
COMMENT ON COLUMN registry_change.counted_in IS 'The transaction that counted last: its further statements count no more';

CREATE OR REPLACE FUNCTION note_registry_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    UPDATE registry_change SET changes = changes + 1, counted_in = pg_current_xact_id()
    WHERE counted_in IS DISTINCT FROM pg_current_xact_id();
    RETURN NULL;
END
$$;
