-- Days on which rounds were not counted are on neither side: how many of each month, and why.
SELECT date_trunc('month', service_date::timestamp)::date AS month, council, state, count(*) AS days
FROM board.savings_day
GROUP BY 1, 2, 3
ORDER BY 1 DESC, 2, 3
