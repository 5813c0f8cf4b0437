-- The bins likeliest to be full within 24 hours, with the age of what is known of them.
SELECT bin_id, stands_at, ward, fill_pct, overflow_24h, full_at, observed_at, last_emptied_at
FROM board.bin
WHERE ward_code IN (${ward:sqlstring}) AND state = 'measured'
ORDER BY overflow_24h DESC NULLS LAST, fill_pct DESC
LIMIT 50
