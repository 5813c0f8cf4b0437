-- name: falls_forget(bin_id, since)!
-- Forget the falls that a bin's sensor showed since then, because they are looked for again.
DELETE FROM bin_fall WHERE bin_id = :bin_id AND fell_at >= :since;

-- name: falls_keep(bin_id, fell_at, within_s, fill_before_pct, fill_after_pct)!
-- Keep the falls that a bin's sensor showed, given as columns.
INSERT INTO bin_fall (bin_id, fell_at, within_s, fill_before_pct, fill_after_pct)
SELECT :bin_id, told.*
FROM unnest(:fell_at::timestamptz[], :within_s::real[], :fill_before_pct::real[], :fill_after_pct::real[]) AS told;

-- name: falls(bin_id, since, until)
-- The falls that a bin's sensor showed in a time, which may have no end, in time order.
SELECT extract(epoch FROM fell_at)::double precision AS emptied_at_s, fill_before_pct, fill_after_pct, within_s
FROM bin_fall
WHERE bin_id = :bin_id AND fell_at >= :since AND (:until::timestamptz IS NULL OR fell_at < :until)
ORDER BY fell_at;

-- name: fitting_changes(bin_id, since)
-- When, since then, another sensor or another record of it began to tell of the bin, or one ended.
SELECT extract(epoch FROM changed.at)::double precision AS at_s
FROM (
    SELECT valid_from AS at FROM installation WHERE bin_id = :bin_id
    UNION
    SELECT valid_to FROM installation WHERE bin_id = :bin_id
) AS changed
WHERE changed.at >= :since
ORDER BY changed.at;

-- name: emptyings_forget(bin_id, since)!
-- Forget a bin's emptyings since then, because they are put together again.
DELETE FROM emptying WHERE bin_id = :bin_id AND emptied_at >= :since;

-- name: emptying_keep(bin_id, emptied_at, seen_by, within_s, fill_before_pct, fill_after_pct, told_fill_pct)!
-- Keep an emptying; two of one moment are one.
INSERT INTO emptying (bin_id, emptied_at, seen_by, within_s, fill_before_pct, fill_after_pct, told_fill_pct)
VALUES (:bin_id, :emptied_at, :seen_by, :within_s, :fill_before_pct, :fill_after_pct, :told_fill_pct)
ON CONFLICT (bin_id, emptied_at, seen_by) DO NOTHING;

-- name: disagreements_forget(bin_id, since)!
-- Forget where a bin's sensor and crews differed since then, because it is looked at again.
DELETE FROM disagreement WHERE bin_id = :bin_id AND at >= :since;

-- name: disagreement_keep(bin_id, at, what, told, told_fill_pct, fill_before_pct, fill_after_pct)!
-- Keep where a bin's sensor and a crew differed; the same said twice in one moment is one.
INSERT INTO disagreement (bin_id, at, what, told, told_fill_pct, fill_before_pct, fill_after_pct)
VALUES (:bin_id, :at, :what, :told, :told_fill_pct, :fill_before_pct, :fill_after_pct)
ON CONFLICT (bin_id, at, what) DO NOTHING;

-- name: disagreements(council, since)
-- Where sensors and crews of a council differed since then, newest first; an emptying that nobody told is one, on a day on which the
-- council's crews told of others.
SELECT bin.bin_id, bin.name, found.at, found.what, found.told, found.told_fill_pct, found.fill_before_pct, found.fill_after_pct
FROM (
    SELECT bin_id, at, what, told, told_fill_pct, fill_before_pct, fill_after_pct
    FROM disagreement
    WHERE at >= :since
    UNION ALL
    SELECT emptying.bin_id, emptying.emptied_at, 'untold', NULL, NULL, emptying.fill_before_pct, emptying.fill_after_pct
    FROM emptying
    WHERE emptying.emptied_at >= :since AND emptying.seen_by = 'sensor' AND EXISTS (
        SELECT
        FROM crew_event
        WHERE crew_event.council = :council AND crew_event.event = 'emptied'
            AND crew_event.service_date = (emptying.emptied_at AT TIME ZONE 'Europe/London')::date
    )
) AS found
JOIN bin USING (bin_id)
WHERE bin.council = :council AND bin.active
ORDER BY found.at DESC, bin.bin_id, found.what;

-- name: bin_emptyings(bin_id, since)
-- A bin's emptyings since then, newest first, with what was published of them before.
SELECT
    emptying.emptied_at,
    emptying.seen_by,
    emptying.within_s,
    emptying.fill_before_pct,
    emptying.fill_after_pct,
    emptying.told_fill_pct,
    revised.revised_at,
    revised.was_emptied_at
FROM emptying
LEFT JOIN LATERAL (
    SELECT revised_emptying.revised_at, revised_emptying.was_emptied_at
    FROM revised_emptying
    WHERE revised_emptying.bin_id = emptying.bin_id AND revised_emptying.emptied_at = emptying.emptied_at
    ORDER BY revised_emptying_id DESC
    LIMIT 1
) AS revised ON true
WHERE emptying.bin_id = :bin_id AND emptying.emptied_at >= :since
ORDER BY emptying.emptied_at DESC;
