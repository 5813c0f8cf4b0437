-- Installation records in full: how a device is mounted, who told so and why, and never two versions of one line at a time.
-- depends: 0352_why

CREATE TABLE asset_change (
    asset_change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    at timestamptz NOT NULL,
    told_by text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('bin', 'counter', 'place', 'street', 'device', 'installation')),
    subject text NOT NULL,
    action text NOT NULL CHECK (action IN ('added', 'changed', 'ended', 'removed')),
    was jsonb NOT NULL DEFAULT '{}',
    became jsonb NOT NULL DEFAULT '{}',
    note text
);
COMMENT ON TABLE asset_change IS 'Every change of what stands in a council''s streets: who told it, when, and what it was before';
COMMENT ON COLUMN asset_change.told_by IS 'Subject of the officer''s token, or the command that imported a file';
COMMENT ON COLUMN asset_change.subject IS 'The bin, counter, place, street or device; an installation''s changes stand with its device';
COMMENT ON COLUMN asset_change.was IS 'The columns that changed, as they were; units as in the columns of the record';
COMMENT ON COLUMN asset_change.became IS 'The columns that changed, as they are since';
CREATE INDEX asset_change_of_subject ON asset_change (council, subject, at DESC);
CREATE INDEX asset_change_of_council ON asset_change (council, at DESC);

-- Ultrasonic probes under a container say a height that grows as it fills: then empty_mm is the lesser of the two.
ALTER TABLE installation DROP CONSTRAINT installation_check;
ALTER TABLE installation
    ADD CONSTRAINT installation_depth CHECK (full_mm <> empty_mm),
    ADD COLUMN mount text CHECK (mount IN ('lid_centre', 'lid_side', 'wall', 'angled', 'below', 'overhead', 'beside')),
    ADD COLUMN mount_angle_deg real CHECK (mount_angle_deg BETWEEN 0 AND 90),
    ADD COLUMN liner boolean,
    ADD COLUMN inner_width_mm integer CHECK (inner_width_mm > 0),
    ADD COLUMN tilt_normal_deg real CHECK (tilt_normal_deg BETWEEN -180 AND 180),
    ADD COLUMN in_label text,
    ADD COLUMN out_label text,
    ADD COLUMN why text CHECK (why IN ('installed', 'moved', 'swapped', 'changed', 'relearned')),
    ADD COLUMN note text,
    ADD COLUMN told_by text,
    ADD COLUMN told_at timestamptz,
    ADD COLUMN end_why text CHECK (end_why IN ('moved', 'swapped', 'changed', 'taken_away')),
    ADD COLUMN end_note text;
COMMENT ON COLUMN installation.empty_mm IS 'What this sensor reads in the bin just emptied, with its usual liner, in mm; of a model that measures from below the lesser of the two';
COMMENT ON COLUMN installation.full_mm IS 'What it reads when crews call the bin full, in mm';
COMMENT ON COLUMN installation.blind_zone_mm IS 'Readings below this many mm are not to be trusted';
COMMENT ON COLUMN installation.max_range_mm IS 'Readings above this many mm are not to be trusted; null: no bound is known';
COMMENT ON COLUMN installation.mount IS 'Bins: lid_centre, lid_side, wall, angled, below (under the container); counters: overhead, beside; null: not known';
COMMENT ON COLUMN installation.mount_angle_deg IS 'Degrees by which the beam was turned from straight down (overhead counters too); null: not known';
COMMENT ON COLUMN installation.liner IS 'Whether the bin has a liner in use; null: not known';
COMMENT ON COLUMN installation.inner_width_mm IS 'The bin''s narrowest inner width in mm, which a wide beam may meet; null: not known';
COMMENT ON COLUMN installation.tilt_normal_deg IS 'The tilt that the device tells as mounted, in degrees; null: not known';
COMMENT ON COLUMN installation.in_label IS 'Counters: where people go who count as in, after swap_in_out; null: as the counter''s own label';
COMMENT ON COLUMN installation.out_label IS 'Counters: where people go who count as out, after swap_in_out; null: as the counter''s own label';
COMMENT ON COLUMN installation.swap_in_out IS 'Counters: the device''s in is this post''s out';
COMMENT ON COLUMN installation.why IS 'Why the version was made: installed, moved here, swapped for another device, changed (measured anew), relearned (empty_mm from emptyings, accepted by an officer); null: before this was written down';
COMMENT ON COLUMN installation.note IS 'In the words of who made the version';
COMMENT ON COLUMN installation.told_by IS 'Subject of the officer''s token, or the command that imported a file; null: before this was written down';
COMMENT ON COLUMN installation.told_at IS 'When the version was written down, which may be later than it is valid from';
COMMENT ON COLUMN installation.end_why IS 'Why the version ended: moved elsewhere, swapped for another device, changed (another version follows), taken_away';
COMMENT ON COLUMN installation.end_note IS 'In the words of who ended it: battery flat, stolen, bin removed';

-- Versions that overlap until now: the one that begins later holds, as for the journey; of two that begin together, the one of a
-- line alone, else the younger. What gives way altogether is kept in asset_change.
WITH beaten AS (
    SELECT older.installation_id, device.council, device.device, to_jsonb(older) AS was
    FROM installation AS older
    JOIN device USING (device_id)
    WHERE EXISTS (
        SELECT FROM installation AS other
        WHERE other.device_id = older.device_id AND other.valid_from = older.valid_from
            AND (other.line IS NULL OR older.line IS NULL OR other.line = older.line)
            AND (other.line IS NULL, -other.installation_id) < (older.line IS NULL, -older.installation_id)
    )
), kept AS (
    INSERT INTO asset_change (council, at, told_by, kind, subject, action, was, note)
    SELECT council, (was ->> 'valid_from')::timestamptz, 'migration', 'installation', device, 'removed', was,
        'Another version of the same line began at the same time.'
    FROM beaten
)
DELETE FROM installation USING beaten WHERE installation.installation_id = beaten.installation_id;
UPDATE installation SET valid_to = next.valid_from
FROM installation AS next
WHERE next.device_id = installation.device_id AND next.valid_from > installation.valid_from
    AND (installation.valid_to IS NULL OR next.valid_from < installation.valid_to)
    AND (next.line IS NULL OR installation.line IS NULL OR next.line = installation.line)
    AND next.valid_from = (
        SELECT min(first.valid_from) FROM installation AS first
        WHERE first.device_id = installation.device_id AND first.valid_from > installation.valid_from
            AND (first.line IS NULL OR installation.line IS NULL OR first.line = installation.line)
    );
-- Ranges of one number compare as numbers do, so that no extension is needed; a range without bounds is every line.
ALTER TABLE installation ADD CONSTRAINT installation_one_at_a_time EXCLUDE USING gist (
    int4range(device_id, device_id, '[]') WITH &&,
    int4range(line::integer, line::integer, '[]') WITH &&,
    tstzrange(valid_from, valid_to) WITH &&
);

CREATE TABLE left_post (
    bin_id text REFERENCES bin,
    counter_id text REFERENCES counter,
    since timestamptz NOT NULL,
    taken boolean NOT NULL DEFAULT false,
    CHECK (num_nonnulls(bin_id, counter_id) = 1)
);
COMMENT ON TABLE left_post IS 'Posts that a corrected record no longer names: what was derived of them since then is told again by the jobs';
COMMENT ON COLUMN left_post.taken IS 'A job is at it; it goes with the end of the job, unless it is told again meanwhile';
CREATE UNIQUE INDEX left_post_once ON left_post (coalesce(bin_id, ''), coalesce(counter_id, ''));

-- The officer's pages and the API do what the officer's commands do.
GRANT INSERT, UPDATE ON bin, counter, place, device, installation, left_post TO streets_api;
GRANT INSERT, UPDATE ON touched TO streets_api;
GRANT INSERT, UPDATE ON left_post TO streets_officer;
GRANT INSERT ON asset_change TO streets_api, streets_officer;
REVOKE INSERT, UPDATE, DELETE ON asset_change FROM streets_jobs;
