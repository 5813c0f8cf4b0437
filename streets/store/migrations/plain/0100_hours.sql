-- Plain PostgreSQL: hourly counts as a view over the readings.
-- depends: 0004_roles

CREATE VIEW count_hour AS
SELECT
    device_id,
    line,
    date_bin('1 hour', period_start, '2000-01-01T00:00:00Z') AS hour_start,
    sum(people_in) FILTER (WHERE fault IS NULL) AS people_in,
    sum(people_out) FILTER (WHERE fault IS NULL) AS people_out,
    sum(period_s) FILTER (WHERE people_in IS NOT NULL AND fault IS NULL) AS covered_s
FROM count_reading
GROUP BY device_id, line, hour_start;
