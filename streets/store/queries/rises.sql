-- name: bin_hours(council, since, until, at)
-- Of every active bin of a council the hours in which it was measured, and each hour's median. None where the sensor's word
-- does not count.
SELECT bin.bin_id, told.hours, told.fill_pct
FROM bin
CROSS JOIN LATERAL (
    SELECT
        coalesce(array_agg(hourly.hour ORDER BY hourly.hour), '{}') AS hours,
        coalesce(array_agg(hourly.fill_pct ORDER BY hourly.hour), '{}') AS fill_pct
    FROM (
        SELECT
            floor(extract(epoch FROM bin_fill.observed_at) / 3600)::integer AS hour,
            percentile_cont(0.5) WITHIN GROUP (ORDER BY bin_fill.fill_pct) AS fill_pct
        FROM bin_fill
        WHERE bin_fill.bin_id = bin.bin_id AND bin_fill.observed_at >= :since AND bin_fill.observed_at < :until
            AND bin_fill.fill_pct IS NOT NULL AND bin_votes(bin.bin_id, :at)
        GROUP BY 1
    ) AS hourly
) AS told
WHERE bin.active AND bin.council = :council
ORDER BY bin.bin_id;

-- name: bin_trees_due(ahead_h, before)
-- The council with active bins, and for how many hours ahead, whose trees were grown longest before then, or never.
SELECT served.council, ahead.ahead_h
FROM (SELECT DISTINCT bin.council FROM bin WHERE bin.active) AS served
CROSS JOIN unnest(:ahead_h::smallint[]) AS ahead (ahead_h)
LEFT JOIN bin_trees USING (council, ahead_h)
WHERE bin_trees.grown_at IS NULL OR bin_trees.grown_at < :before
ORDER BY bin_trees.grown_at NULLS FIRST, served.council, ahead.ahead_h
LIMIT 1;

-- name: bin_trees_keep(council, ahead_h, grown_at, trees, widened_pct, error_pct, slope_error_pct)!
-- Keep a council's trees for so many hours ahead, or that there are none.
INSERT INTO bin_trees (council, ahead_h, grown_at, trees, widened_pct, error_pct, slope_error_pct)
VALUES (:council, :ahead_h, :grown_at, :trees, :widened_pct, :error_pct, :slope_error_pct)
ON CONFLICT (council, ahead_h) DO UPDATE SET
    grown_at = excluded.grown_at,
    trees = excluded.trees,
    widened_pct = excluded.widened_pct,
    error_pct = excluded.error_pct,
    slope_error_pct = excluded.slope_error_pct;

-- name: bin_trees()
-- All trees there are, by council.
SELECT council, ahead_h, trees, widened_pct, error_pct, slope_error_pct
FROM bin_trees
WHERE trees IS NOT NULL
ORDER BY council, ahead_h;

-- name: bin_rises_forget(council)!
-- Forget what the trees said of a council's bins.
DELETE FROM bin_rise USING bin WHERE bin.bin_id = bin_rise.bin_id AND bin.council = :council;

-- name: bin_rises_keep(bin_ids, ahead_h, told_at, low_pct, middle_pct, high_pct)!
-- Keep what the trees said of bins.
INSERT INTO bin_rise (bin_id, ahead_h, told_at, low_pct, middle_pct, high_pct)
SELECT told.bin_id, told.ahead_h, :told_at, told.low_pct, told.middle_pct, told.high_pct
FROM unnest(:bin_ids::text[], :ahead_h::smallint[], :low_pct::real[], :middle_pct::real[], :high_pct::real[])
    AS told (bin_id, ahead_h, low_pct, middle_pct, high_pct);
