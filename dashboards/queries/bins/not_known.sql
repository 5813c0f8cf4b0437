-- Bins of which no fill is known now, and why.
SELECT bin_id, stands_at, ward, state, reason, observed_at, last_emptied_at
FROM board.bin
WHERE ward_code IN (${ward:sqlstring}) AND state <> 'measured'
ORDER BY state, observed_at
LIMIT 200
