-- Median fill, and the fill that nine bins in ten stay below, per hour; hours without a measurement have no row.
SELECT
    date_bin('1 hour', observed_at, '2000-01-01T00:00:00Z') AS time,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY fill_pct) AS "median",
    percentile_cont(0.9) WITHIN GROUP (ORDER BY fill_pct) AS "nine in ten below"
FROM board.bin_fill
WHERE $__timeFilter(observed_at) AND ward_code IN (${ward:sqlstring}) AND fill_pct IS NOT NULL
GROUP BY 1
ORDER BY 1
