-- Plain PostgreSQL: hourly counts as a view over the intervals.
-- depends: 0420_count_intervals 0351_hours_of_the_jobs

DROP VIEW count_hour;
CREATE VIEW count_hour AS
SELECT
    device_id,
    line,
    date_bin('1 hour', start_at, '2000-01-01T00:00:00Z') AS hour_start,
    sum(people_in) AS people_in,
    sum(people_out) AS people_out,
    sum(people_in) FILTER (WHERE known = 'estimated') AS estimated_in,
    sum(people_out) FILTER (WHERE known = 'estimated') AS estimated_out,
    sum(extract(epoch FROM end_at - start_at)) FILTER (WHERE known IN ('counted', 'from_totals')) AS covered_s,
    sum(extract(epoch FROM end_at - start_at)) FILTER (WHERE known = 'estimated') AS estimated_s,
    sum(extract(epoch FROM end_at - start_at)) FILTER (WHERE known = 'gap') AS gap_s,
    max(why) FILTER (WHERE known = 'gap') AS gap_why
FROM count_interval
GROUP BY device_id, line, hour_start;
