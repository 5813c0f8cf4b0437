-- How many bins are in each state: silent and not measurable are states, not zero fill.
SELECT state, count(*) AS bins
FROM board.bin
WHERE ward_code IN (${ward:sqlstring})
GROUP BY state
ORDER BY state
