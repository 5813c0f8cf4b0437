-- Hours of counters from the hours of their devices: counted, estimated and not known, each direction by itself.
-- depends: 0421_hours_of_intervals

CREATE FUNCTION hours_of_intervals(since timestamptz, until timestamptz)
RETURNS TABLE (
    device_id integer, line smallint, hour_start timestamptz, people_in bigint, people_out bigint, estimated_in bigint,
    estimated_out bigint, covered_s numeric, estimated_s numeric, gap_s numeric, gap_why text
)
LANGUAGE sql STABLE
AS $$
SELECT
    device_id,
    line,
    date_bin('1 hour', start_at, '2000-01-01T00:00:00Z'),
    sum(people_in),
    sum(people_out),
    sum(people_in) FILTER (WHERE known = 'estimated'),
    sum(people_out) FILTER (WHERE known = 'estimated'),
    sum(extract(epoch FROM end_at - start_at)) FILTER (WHERE known IN ('counted', 'from_totals')),
    sum(extract(epoch FROM end_at - start_at)) FILTER (WHERE known = 'estimated'),
    sum(extract(epoch FROM end_at - start_at)) FILTER (WHERE known = 'gap'),
    max(why) FILTER (WHERE known = 'gap')
FROM count_interval
WHERE start_at >= since AND start_at < until
GROUP BY 1, 2, 3
$$;
COMMENT ON FUNCTION hours_of_intervals IS 'count_hour between two whole hours, worked out from the intervals alone: what the aggregate must be';

CREATE VIEW counter_hour AS
SELECT
    installation.counter_id,
    hour.hour_start,
    sum(CASE WHEN installation.swap_in_out THEN hour.people_out ELSE hour.people_in END)::bigint AS people_in,
    sum(CASE WHEN installation.swap_in_out THEN hour.people_in ELSE hour.people_out END)::bigint AS people_out,
    sum(coalesce(hour.people_in, 0) + coalesce(hour.people_out, 0))::bigint AS people,
    sum(coalesce(hour.estimated_in, 0) + coalesce(hour.estimated_out, 0))::bigint AS estimated_people,
    round(min(coalesce(hour.covered_s, 0)))::bigint AS covered_s,
    round(max(coalesce(hour.estimated_s, 0)))::bigint AS estimated_s,
    round(max(coalesce(hour.gap_s, 0)))::bigint AS gap_s,
    max(hour.gap_why) AS gap_why,
    bool_and(coalesce(hour.covered_s, 0) + coalesce(hour.estimated_s, 0) > 0) AS is_known,
    count(DISTINCT installation.device_id) AS devices
FROM installation
JOIN count_hour AS hour
    ON hour.device_id = installation.device_id
    AND (installation.line IS NULL OR installation.line = hour.line)
    AND hour.hour_start >= installation.valid_from
    AND (installation.valid_to IS NULL OR hour.hour_start + INTERVAL '1 hour' <= installation.valid_to)
WHERE installation.counter_id IS NOT NULL
GROUP BY installation.counter_id, hour.hour_start;
COMMENT ON VIEW counter_hour IS 'People per counter and hour, joined to the installation in force: people has estimated_people in it; covered_s: seconds counted by the device or line that counted least, estimated_s and gap_s: seconds estimated and not known, of the one that has most; is_known: none of them is without any figure';

CREATE FUNCTION counter_hours_of_intervals(since timestamptz, until timestamptz)
RETURNS TABLE (counter_id text, hour_start timestamptz, people integer, covered_s integer)
LANGUAGE sql STABLE
AS $$
SELECT
    installation.counter_id,
    hour.hour_start,
    sum(coalesce(hour.people_in, 0) + coalesce(hour.people_out, 0))::integer,
    round(min(coalesce(hour.covered_s, 0)))::integer
FROM hours_of_intervals(since, until) AS hour
JOIN installation
    ON installation.device_id = hour.device_id
    AND (installation.line IS NULL OR installation.line = hour.line)
    AND hour.hour_start >= installation.valid_from
    AND (installation.valid_to IS NULL OR hour.hour_start + INTERVAL '1 hour' <= installation.valid_to)
WHERE installation.counter_id IS NOT NULL
GROUP BY installation.counter_id, hour.hour_start
HAVING min(coalesce(hour.covered_s, 0) + coalesce(hour.estimated_s, 0)) > 0
$$;
COMMENT ON FUNCTION counter_hours_of_intervals IS 'counter_hour between two whole hours, worked out from the intervals alone; no row where a device or line knows nothing of the hour';

COMMENT ON COLUMN published_hour.people IS 'People both ways, with those estimated; null: not known';

CREATE VIEW board.footfall_hour AS
SELECT
    counter.council,
    coalesce(counter.ward_code, 'none') AS ward_code,
    counter.place_id,
    place.name AS place,
    counter.counter_id,
    counter.name AS counter,
    hour.hour_start,
    hour.people,
    least(1, hour.covered_s / 3600.0) AS coverage,
    hour.people_in,
    hour.people_out,
    hour.estimated_people,
    least(1, hour.estimated_s / 3600.0) AS estimated
FROM counter_hour AS hour
JOIN counter USING (counter_id)
JOIN place USING (place_id)
WHERE hour.is_known;
COMMENT ON VIEW board.footfall_hour IS 'People per counter and hour, both directions, with those estimated; coverage and estimated, 0 to 1, say how much of the hour was counted and how much is estimated. No row: not known';

CREATE VIEW board.footfall_gap AS
SELECT
    counter.council,
    counter.place_id,
    counter.counter_id,
    counter.name AS counter,
    hour.hour_start,
    least(1, hour.gap_s / 3600.0) AS not_known,
    hour.gap_why AS why
FROM counter_hour AS hour
JOIN counter USING (counter_id)
WHERE hour.gap_s > 0;
COMMENT ON VIEW board.footfall_gap IS 'Hours of which a part, 0 to 1, is not known at a counter, and why: the device''s own fault, or silent, reset, implausible, may_have_wrapped, totals_disagree';

CREATE VIEW board.counter_finding AS
SELECT
    counter.council,
    counter.place_id,
    counter.counter_id,
    counter.name AS counter,
    finding.since,
    finding.until,
    finding.kind,
    finding.by_periods,
    finding.by_totals
FROM count_finding AS finding
JOIN installation
    ON installation.device_id = finding.device_id
    AND (installation.line IS NULL OR installation.line = finding.line)
    AND installation.valid_from <= finding.until
    AND (installation.valid_to IS NULL OR installation.valid_to > finding.until)
JOIN counter USING (counter_id);
COMMENT ON VIEW board.counter_finding IS 'What totals tell of counters: wrapped, reset, implausible, totals_disagree (people by periods and by totals), told_otherwise';
