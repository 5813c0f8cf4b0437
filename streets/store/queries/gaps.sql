-- name: watched_until(what)^
-- Until when something was attended to.
SELECT until FROM watched WHERE what = :what;

-- name: watch(what, until)!
-- Notes until when something was attended to.
INSERT INTO watched (what, until) VALUES (:what, :until)
ON CONFLICT (what) DO UPDATE SET until = greatest(watched.until, excluded.until);

-- name: extend_outage(source, application, starts_at, ends_at, at)!
-- Makes an open outage of the application that reaches this one last until its end, and lets it be asked for anew.
UPDATE gap SET starts_at = least(starts_at, :starts_at), ends_at = greatest(ends_at, :ends_at), asked = 0, ask_again_at = :at
WHERE gap_id = (
    SELECT gap_id FROM gap
    WHERE why = 'outage' AND state = 'open' AND source = :source AND application = :application
        AND ends_at >= :starts_at::timestamptz - interval '1 minute' AND starts_at <= :ends_at
    ORDER BY gap_id DESC
    LIMIT 1
);

-- name: add_outage(source, council, application, starts_at, ends_at, at)!
-- An outage of our listening to an application of The Things Stack, or of a cloud; nothing where there is no such council.
INSERT INTO gap (source, council, why, application, starts_at, ends_at, state, found_at, ask_again_at)
SELECT :source, council, 'outage', :application, :starts_at, :ends_at, 'open', :at, :at
FROM council
WHERE council = :council;

-- name: find_counter_gaps(since, until, longest, largest, at)!
-- Counters missing between frames received in a stretch of time and the one that each device sent before, unless known or refused.
-- Before the first frame of a session comes the join that began it (its occurrence is below 0). A frame before that is the later one by time belongs to an
-- earlier life of the counter, and tells nothing; nor does a jump over more frames than `largest` and than there were seconds for.
WITH jump AS (
    SELECT came.source, came.device, came.session, before.f_cnt + 1 AS first_missing, came.f_cnt - 1 AS last_missing,
        before.observed_at AS starts_at, came.observed_at AS ends_at
    FROM uplink AS came
    CROSS JOIN LATERAL (
        SELECT CASE kind WHEN 'join' THEN -1 ELSE f_cnt END AS f_cnt, observed_at
        FROM uplink
        WHERE device = came.device COLLATE "C" AND session = came.session COLLATE "C" AND source = came.source COLLATE "C"
            AND f_cnt <= came.f_cnt AND (kind IN ('up', 'mac') AND f_cnt < came.f_cnt OR kind = 'join')
            AND observed_at > came.observed_at - :longest::interval
        ORDER BY uplink.f_cnt DESC, occurrence DESC
        LIMIT 1
    ) AS before
    WHERE came.received_at > :since AND came.received_at <= :until AND came.kind IN ('up', 'mac')
        AND before.f_cnt + 1 < came.f_cnt AND before.observed_at <= came.observed_at
        AND (came.f_cnt - before.f_cnt - 1 < :largest
            OR came.f_cnt - before.f_cnt - 1 <= extract(epoch FROM came.observed_at - before.observed_at))
),
counted AS (
    SELECT DISTINCT ON (source, device, session, first_missing, last_missing) jump.*,
        last_missing - first_missing + 1 - (
            SELECT count(DISTINCT f_cnt)
            FROM refused_frame AS refused
            WHERE refused.source = jump.source AND refused.device = jump.device AND refused.session = jump.session
                AND f_cnt BETWEEN first_missing AND last_missing
        ) AS missing
    FROM jump
    WHERE NOT EXISTS (
        SELECT FROM gap
        WHERE why = 'counter' AND gap.source = jump.source AND gap.device = jump.device AND gap.session = jump.session
            AND gap.first_missing <= jump.first_missing AND gap.last_missing >= jump.last_missing
            AND gap.ends_at > jump.starts_at - :longest::interval
    )
    ORDER BY source, device, session, first_missing, last_missing, ends_at
)
INSERT INTO gap (source, council, why, device, session, starts_at, ends_at, first_missing, last_missing, missing, state, detail,
    found_at, ask_again_at)
SELECT source, council, 'counter', device, session, starts_at, ends_at, first_missing, last_missing, missing,
    CASE source WHEN 'tts' THEN 'open' ELSE 'not_recoverable' END,
    CASE source
        WHEN 'tts' THEN ''
        WHEN 'cloud' THEN 'The cloud says nothing of these intervals; what it says later is taken.'
        ELSE 'This network keeps no store that could be asked.'
    END,
    :at, :at
FROM counted
JOIN device USING (device)
WHERE missing > 0;

-- name: recount_counter_gaps(since)!
-- How many frames of each counter gap that is open, or was found since, have come by now, by whichever way; and what is filled.
WITH counted AS MATERIALIZED (
    SELECT gap_id, missing - (last_missing - first_missing + 1) + (
        SELECT count(DISTINCT f_cnt)
        FROM (
            SELECT f_cnt FROM uplink
            WHERE uplink.device = gap.device COLLATE "C" AND uplink.session = gap.session COLLATE "C"
                AND uplink.source = gap.source COLLATE "C" AND kind IN ('up', 'mac') AND f_cnt BETWEEN first_missing AND last_missing
            UNION ALL
            SELECT f_cnt FROM refused_frame AS refused
            WHERE refused.source = gap.source AND refused.device = gap.device AND refused.session = gap.session
                AND f_cnt BETWEEN first_missing AND last_missing
        ) AS heard
    ) AS filled
    FROM gap
    WHERE why = 'counter' AND (state = 'open' OR state <> 'filled' AND found_at >= :since)
)
UPDATE gap SET
    filled = counted.filled,
    state = CASE WHEN counted.filled >= missing THEN 'filled' ELSE state END,
    detail = CASE WHEN counted.filled >= missing THEN '' ELSE detail END
FROM counted
WHERE gap.gap_id = counted.gap_id AND counted.filled > gap.filled;

-- name: close_gaps_before(ends_before, detail)!
-- Closes open gaps that no store can fill any more.
UPDATE gap SET state = 'beyond_retention', detail = :detail WHERE state = 'open' AND ends_at < :ends_before;

-- name: open_gaps(council)
-- The open gaps of a council's devices at The Things Stack.
SELECT gap_id, source, council, why, application, device, starts_at, ends_at, first_missing, last_missing, missing, filled, state,
    detail, found_at, asked, asked_at
FROM gap
WHERE state = 'open' AND source = 'tts' AND council = :council
ORDER BY starts_at, gap_id;

-- name: claim_gaps(council, asked_by, claimed_until)
-- The open gaps that are to be asked for, where given by then, for who asks now: nobody else gets them for a while.
UPDATE gap SET ask_again_at = :claimed_until
WHERE state = 'open' AND source = 'tts' AND council = :council AND (:asked_by::timestamptz IS NULL OR ask_again_at <= :asked_by)
RETURNING gap_id, source, council, why, application, device, starts_at, ends_at, first_missing, last_missing, missing, filled,
    state, detail, found_at, asked, asked_at;

-- name: note_answer(gap_id, at, came)!
-- The store has answered for the whole of a gap; of an outage as many new frames came.
UPDATE gap SET asked = asked + 1, asked_at = :at, filled = CASE why WHEN 'outage' THEN filled + :came ELSE filled END
WHERE gap_id = :gap_id;

-- name: ask_again(gap_ids, at, ask_again_at, detail)!
-- When the store is asked for open gaps again, and why not before.
UPDATE gap SET asked_at = :at, ask_again_at = :ask_again_at, detail = :detail WHERE gap_id = ANY(:gap_ids) AND state = 'open';

-- name: release_gaps(gap_ids, at)!
-- Lets open gaps be asked for at once that were claimed and not asked for.
UPDATE gap SET ask_again_at = :at WHERE gap_id = ANY(:gap_ids) AND state = 'open';

-- name: close_gap(gap_id, state, detail)!
-- How an open gap ended.
UPDATE gap SET state = :state, detail = :detail WHERE gap_id = :gap_id AND state = 'open';

-- name: tell_outages(source, application, at, detail)!
-- The open outages of a cloud's account, when it was asked once more and did not answer, and why.
UPDATE gap SET asked_at = :at, detail = :detail
WHERE why = 'outage' AND state = 'open' AND source = :source AND application = :application;

-- name: close_outages(source, application, at, came, kept_from)!
-- The open outages of a cloud's account, once it has answered for all that it still has.
UPDATE gap SET
    state = CASE WHEN starts_at < :kept_from THEN 'beyond_retention' ELSE 'filled' END,
    detail = CASE WHEN starts_at < :kept_from THEN 'It was asked no further back than its history_days.' ELSE '' END,
    asked = asked + 1,
    asked_at = :at,
    filled = filled + :came
WHERE why = 'outage' AND state = 'open' AND source = :source AND application = :application;

-- name: gaps(council, state, found_from, limit)
-- The gaps found last, of one council or in one state where given.
SELECT gap_id, source, council, why, application, device, starts_at, ends_at, first_missing, last_missing, missing, filled, state,
    detail, found_at, asked, asked_at
FROM gap
WHERE (:council::text IS NULL OR council = :council)
    AND (:state::text IS NULL OR state = :state)
    AND (:found_from::timestamptz IS NULL OR found_at >= :found_from)
ORDER BY gap_id DESC
LIMIT :limit;

-- name: open_gap_counts()
-- How many gaps are open and when the oldest was found, by network and why.
SELECT source, why, count(*) AS gaps, min(found_at) AS oldest_found_at FROM gap WHERE state = 'open' GROUP BY source, why ORDER BY source, why;

-- name: delete_gaps_before(found_before)!
-- Gaps found before then.
DELETE FROM gap WHERE found_at < :found_before;
