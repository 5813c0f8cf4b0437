-- Whoever holds installation records at hand sees by one number whether they changed, and need not read them all to know.
-- depends: 0410_installation_records

CREATE TABLE registry_change (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    changes bigint NOT NULL
);
COMMENT ON TABLE registry_change IS 'One row: it grows with every statement that changed a council, a device or an installation, and is seen with that change';
COMMENT ON COLUMN registry_change.changes IS 'Statements so far';
INSERT INTO registry_change (changes) VALUES (0);

-- With its owner's rights: who may change a record need not be allowed to write the number.
CREATE FUNCTION note_registry_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
AS $$
BEGIN
    UPDATE registry_change SET changes = changes + 1;
    RETURN NULL;
END
$$;
CREATE TRIGGER registry_changed AFTER INSERT OR UPDATE OR DELETE ON council
FOR EACH STATEMENT EXECUTE FUNCTION note_registry_change();
CREATE TRIGGER registry_changed AFTER INSERT OR UPDATE OR DELETE ON device
FOR EACH STATEMENT EXECUTE FUNCTION note_registry_change();
CREATE TRIGGER registry_changed AFTER INSERT OR UPDATE OR DELETE ON installation
FOR EACH STATEMENT EXECUTE FUNCTION note_registry_change();

GRANT SELECT ON registry_change TO streets_ingest, streets_mender;
REVOKE INSERT, UPDATE, DELETE ON registry_change FROM streets_jobs;
