-- name: collections(council, since, until)
-- What a council's bins were found at when they were emptied, in time order: the crew's word, or else the sensor's where it counts.
-- A sensor whose word does not count cannot deny the crew's.
WITH served AS MATERIALIZED (
    -- Asked once a bin: once an emptying took a hundred times as long where nothing had been counted yet.
    SELECT bin_id, bin_votes(bin_id, :until) AS votes FROM bin WHERE council = :council AND active
)
SELECT collected.bin_id, extract(epoch FROM collected.at)::double precision AS at_s, collected.found_pct::double precision AS found_pct
FROM (
    SELECT
        emptying.bin_id,
        emptying.emptied_at AS at,
        coalesce(
            emptying.told_fill_pct,
            CASE WHEN emptying.seen_by = 'crew' OR served.votes THEN emptying.fill_before_pct END
        ) AS found_pct
    FROM emptying
    JOIN served USING (bin_id)
    WHERE emptying.seen_by <> 'sensor' OR served.votes
    UNION ALL
    SELECT disagreement.bin_id, disagreement.at, disagreement.told_fill_pct
    FROM disagreement
    JOIN served USING (bin_id)
    WHERE disagreement.what = 'no_fall' AND NOT served.votes
) AS collected
WHERE collected.at >= :since AND collected.at <= :until
ORDER BY collected.at, collected.bin_id;

-- name: collected_bins(council)
-- A council's bins in use, and the litres that they hold.
SELECT bin_id, capacity_l FROM bin WHERE council = :council AND active ORDER BY bin_id;

-- name: collecting_councils()
-- Councils with bins in use.
SELECT DISTINCT council FROM bin WHERE active ORDER BY council;

-- name: collection_trees_due(before)
-- The council with bins in use whose collections were learned from longest before then, or never.
SELECT served.council
FROM (SELECT DISTINCT council FROM bin WHERE active) AS served
LEFT JOIN collection_trees USING (council)
WHERE collection_trees.grown_at IS NULL OR collection_trees.grown_at < :before
ORDER BY collection_trees.grown_at NULLS FIRST, served.council
LIMIT 1;

-- name: collection_trees_keep(council, grown_at, trees, full_share, widened_pct, error_pct, usual_error_pct, tells_until)!
-- Keep what was learned of a council's collections, or that there are no trees.
INSERT INTO collection_trees (council, grown_at, trees, full_share, widened_pct, error_pct, usual_error_pct, tells_until)
VALUES (:council, :grown_at, :trees, :full_share, :widened_pct, :error_pct, :usual_error_pct, :tells_until)
ON CONFLICT (council) DO UPDATE SET
    grown_at = excluded.grown_at,
    trees = excluded.trees,
    full_share = excluded.full_share,
    widened_pct = excluded.widened_pct,
    error_pct = excluded.error_pct,
    usual_error_pct = excluded.usual_error_pct,
    tells_until = excluded.tells_until;

-- name: collection_trees_of(council)^
-- A council's trees, where it has any.
SELECT trees, full_share, widened_pct, error_pct, usual_error_pct, tells_until
FROM collection_trees
WHERE council = :council AND trees IS NOT NULL;

-- name: findings_forget(council)!
-- Forget what was said of a council's collections to come.
DELETE FROM bin_finding USING bin WHERE bin.bin_id = bin_finding.bin_id AND bin.council = :council;

-- name: finding_keep(bin_id, told_at, low_pct, middle_pct, high_pct, ahead_h, full_by)!
-- Keep what a collection of a bin would find.
INSERT INTO bin_finding (bin_id, told_at, low_pct, middle_pct, high_pct, ahead_h, full_by)
VALUES (:bin_id, :told_at, :low_pct, :middle_pct, :high_pct, :ahead_h, :full_by);
