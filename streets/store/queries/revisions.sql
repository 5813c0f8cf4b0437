-- name: revise_hours(counter_ids, sinces, whys, since, until, at)^
-- Compare the published hours of these counters, each from its own time on, with their readings; keep and count what changed.
-- An hour that was published as not known counts as changed only where the counter had been published before it.
WITH concerned AS (
    SELECT counter_id, date_bin('1 hour', since, '2000-01-01T00:00:00Z') AS since, why
    FROM unnest(:counter_ids::text[], :sinces::timestamptz[], :whys::text[]) AS given (counter_id, since, why)
), counted AS (
    SELECT hour.counter_id, hour.hour_start, hour.people, hour.covered_s
    FROM counter_hours_of_intervals(:since, :until) AS hour
    JOIN concerned ON concerned.counter_id = hour.counter_id AND hour.hour_start >= concerned.since
), known AS (
    SELECT published_hour.counter_id, hour_start, people, covered_s
    FROM published_hour
    JOIN concerned ON concerned.counter_id = published_hour.counter_id AND published_hour.hour_start >= concerned.since
    WHERE hour_start < :until
), changed AS (
    SELECT
        counter_id,
        hour_start,
        known.people AS was_people,
        coalesce(known.covered_s, 0) AS was_covered_s,
        counted.people,
        coalesce(counted.covered_s, 0) AS covered_s,
        coalesce((
            SELECT max(revised.revision) FROM revised_hour AS revised
            WHERE revised.counter_id = coalesce(known.counter_id, counted.counter_id)
                AND revised.hour_start = coalesce(known.hour_start, counted.hour_start)
        ), 0) AS revision,
        known.covered_s IS NOT NULL OR EXISTS (
            SELECT FROM published_hour AS earlier
            WHERE earlier.counter_id = counted.counter_id AND earlier.hour_start < counted.hour_start
        ) AS was_published
    FROM known
    FULL JOIN counted USING (counter_id, hour_start)
    WHERE (known.people, coalesce(known.covered_s, 0)) IS DISTINCT FROM (counted.people, coalesce(counted.covered_s, 0))
), logged AS (
    INSERT INTO revised_hour (
        counter_id, hour_start, revision, was_people, was_covered_s, people, covered_s, revised_at, why
    )
    SELECT counter_id, hour_start, revision + 1, was_people, was_covered_s, people, covered_s, :at, concerned.why
    FROM changed
    JOIN concerned USING (counter_id)
    WHERE was_published
    RETURNING 1
), published AS (
    INSERT INTO published_hour (counter_id, hour_start, people, covered_s, published_at, revision, revised_at)
    SELECT
        counter_id, hour_start, people, covered_s, :at, CASE WHEN was_published THEN revision + 1 ELSE 0 END,
        CASE WHEN was_published THEN :at::timestamptz END
    FROM changed
    ON CONFLICT (counter_id, hour_start) DO UPDATE SET
        people = excluded.people,
        covered_s = excluded.covered_s,
        revision = excluded.revision,
        revised_at = excluded.revised_at
)
SELECT count(*) FROM logged;

-- name: publish_hours(since, until, at)!
-- Publish the hours of every counter that are over.
INSERT INTO published_hour (counter_id, hour_start, people, covered_s, published_at)
SELECT counter_id, hour_start, people, covered_s, :at
FROM counter_hours_of_intervals(:since, :until)
ON CONFLICT (counter_id, hour_start) DO NOTHING;

-- name: lock_publishing()!
-- One at a time publishes emptyings or compares them with what was published, until its transaction ends.
SELECT pg_advisory_xact_lock(hashtext('streets publish emptyings'));

-- name: known_emptyings(bin_id, since, until)
-- A bin's emptyings of a time as published.
SELECT emptied_at, fill_before_pct
FROM published_emptying
WHERE bin_id = :bin_id AND emptied_at >= :since AND emptied_at < :until
ORDER BY emptied_at;

-- name: seen_emptyings(bin_id, since, until)
-- A bin's emptyings of a time as they are known now.
SELECT emptied_at, fill_before_pct
FROM emptying
WHERE bin_id = :bin_id AND emptied_at >= :since AND emptied_at < :until
ORDER BY emptied_at;

-- name: bin_was_published(bin_id, before)^
-- Whether an emptying of the bin had been published from before then.
SELECT EXISTS (SELECT FROM published_emptying WHERE bin_id = :bin_id AND emptied_at < :before);

-- name: unpublish_emptyings(bin_id, since, until)!
-- Make room for the emptyings of a time as they are told now.
DELETE FROM published_emptying WHERE bin_id = :bin_id AND emptied_at >= :since AND emptied_at < :until;

-- name: publish_emptyings(bin_id, since, until, at)!
-- Publish the emptyings of a time, of one bin or of all.
INSERT INTO published_emptying (bin_id, emptied_at, fill_before_pct, published_at)
SELECT bin_id, emptied_at, fill_before_pct, :at
FROM emptying
WHERE emptied_at >= :since AND emptied_at < :until AND (:bin_id::text IS NULL OR bin_id = :bin_id)
ON CONFLICT (bin_id, emptied_at) DO NOTHING;

-- name: log_revised_emptying(bin_id, was_emptied_at, was_fill_before_pct, emptied_at, fill_before_pct, at, why)!
-- Keep how an emptying that was published changed.
INSERT INTO revised_emptying (bin_id, was_emptied_at, was_fill_before_pct, emptied_at, fill_before_pct, revised_at, why)
VALUES (:bin_id, :was_emptied_at, :was_fill_before_pct, :emptied_at, :fill_before_pct, :at, :why);

-- name: revisions(since, until, most)
-- What was revised in a time, oldest first: hours of counters and emptyings of bins.
SELECT *
FROM (
    SELECT
        'footfall_hour' AS kind,
        counter.council,
        counter.place_id,
        revised_hour.counter_id,
        NULL AS bin_id,
        revised_hour.hour_start AS concerns,
        revised_hour.was_people,
        revised_hour.people,
        NULL::timestamptz AS was_emptied_at,
        NULL::timestamptz AS emptied_at,
        NULL::real AS was_fill_before_pct,
        NULL::real AS fill_before_pct,
        revised_hour.revised_at,
        revised_hour.why
    FROM revised_hour
    JOIN counter USING (counter_id)
    WHERE revised_hour.revised_at >= :since AND revised_hour.revised_at < :until
    UNION ALL
    SELECT
        'emptying',
        bin.council,
        NULL,
        NULL,
        revised_emptying.bin_id,
        coalesce(revised_emptying.was_emptied_at, revised_emptying.emptied_at),
        NULL,
        NULL,
        revised_emptying.was_emptied_at,
        revised_emptying.emptied_at,
        revised_emptying.was_fill_before_pct,
        revised_emptying.fill_before_pct,
        revised_emptying.revised_at,
        revised_emptying.why
    FROM revised_emptying
    JOIN bin USING (bin_id)
    WHERE revised_emptying.revised_at >= :since AND revised_emptying.revised_at < :until
) AS revision
ORDER BY revised_at, kind, concerns, counter_id, bin_id
LIMIT :most;

-- name: revision_days(most)
-- The days on which published figures were revised, newest first, with how many.
SELECT day, count(*) AS revisions
FROM (
    SELECT (revised_at AT TIME ZONE 'UTC')::date AS day FROM revised_hour
    UNION ALL
    SELECT (revised_at AT TIME ZONE 'UTC')::date FROM revised_emptying
) AS revised
GROUP BY day
ORDER BY day DESC
LIMIT :most;
