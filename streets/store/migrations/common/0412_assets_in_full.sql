-- Streets of the gazetteer, what is known of a device's security, a counter's street, and files that officers look at before applying.
-- depends: 0411_registry_change

CREATE TABLE street (
    council text NOT NULL REFERENCES council,
    usrn text NOT NULL CHECK (usrn ~ '^[0-9]{8}$'),
    name text NOT NULL,
    name_cy text,
    PRIMARY KEY (council, usrn)
);
COMMENT ON TABLE street IS 'A street of a council''s gazetteer; one along a border may be in two';
COMMENT ON COLUMN street.usrn IS 'Unique Street Reference Number, 8 digits';

-- A USRN of 7 digits lost its leading zero in a spreadsheet.
UPDATE bin SET usrn = lpad(usrn, 8, '0') WHERE usrn ~ '^[0-9]{7}$';
COMMENT ON COLUMN bin.usrn IS 'Unique Street Reference Number of the street it stands in, 8 digits; null: not known';
ALTER TABLE counter ADD COLUMN usrn text CHECK (usrn ~ '^[0-9]{8}$');
COMMENT ON COLUMN counter.usrn IS 'Unique Street Reference Number of the street it stands in, 8 digits; null: not known';

ALTER TABLE device
    ADD COLUMN default_password_changed boolean,
    ADD COLUMN default_password_checked_on date,
    ADD COLUMN vulnerability_contact text,
    ADD COLUMN supported_until date;
COMMENT ON COLUMN device.default_password_changed IS 'Whether a password that the maker gives to many was changed, or there never was one; null: not known, which is not yes';
COMMENT ON COLUMN device.default_password_checked_on IS 'Day on which that was looked at';
COMMENT ON COLUMN device.vulnerability_contact IS 'Where a weakness of this device can be reported to its maker: address or page; null: not known';
COMMENT ON COLUMN device.supported_until IS 'Last day of the maker''s security updates as stated; null: not known';

ALTER TABLE asset_change DROP CONSTRAINT asset_change_kind_check;
ALTER TABLE asset_change ADD CONSTRAINT asset_change_kind CHECK (
    kind IN ('ward', 'streets', 'street', 'bin', 'counter', 'place', 'device', 'installation', 'ironwork', 'base', 'vehicle')
);

CREATE TABLE asset_file (
    asset_file_id uuid PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    kind text NOT NULL,
    name text NOT NULL,
    content bytea NOT NULL,
    sent_at timestamptz NOT NULL,
    sent_by text NOT NULL,
    applied_at timestamptz
);
COMMENT ON TABLE asset_file IS 'Files that officers sent to have looked at; those not applied are deleted a day later';
COMMENT ON COLUMN asset_file.kind IS 'bins, counters, devices, installations, gazetteer …: what `streets import` calls it';
COMMENT ON COLUMN asset_file.sent_by IS 'Subject of the officer''s token';
COMMENT ON COLUMN asset_file.applied_at IS 'When it was imported; null: it was only looked at';
CREATE INDEX asset_file_sent ON asset_file (sent_at);

GRANT INSERT, UPDATE ON street TO streets_api, streets_officer;
GRANT INSERT, DELETE, UPDATE (applied_at) ON asset_file TO streets_api;
REVOKE INSERT, UPDATE, DELETE ON asset_file FROM streets_jobs;
