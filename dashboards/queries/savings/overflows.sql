-- Share of the bins measured each day that overflowed: if it rises, visits were saved at the cost of the street.
SELECT service_date::timestamptz AS time, sum(bins_overflowed)::double precision / nullif(sum(bins_measured), 0) AS "overflowed"
FROM board.savings_day
WHERE $__timeFilter(service_date::timestamptz)
GROUP BY 1
ORDER BY 1
