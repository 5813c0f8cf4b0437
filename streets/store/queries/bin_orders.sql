-- name: bin_orders(council, ended)
-- A council's orders by bin, those that stand, or those that were ended.
SELECT o.order_id, o.bin_id, b.name, o.must, o.why, o.note, o.from_date, o.until_date, o.every_days, o.ordered_by, o.ordered_at,
    o.ended_by, o.ended_at
FROM bin_order o JOIN bin b USING (bin_id)
WHERE o.council = :council AND (o.ended_at IS NOT NULL) = :ended
ORDER BY o.order_id DESC;

-- name: bin_orders_of_day(council, service_date)
-- The orders that hold on a day, the newest first.
SELECT o.order_id, o.bin_id, b.name, o.must, o.why, o.note, o.from_date, o.until_date, o.every_days, o.ordered_by, o.ordered_at,
    o.ended_by, o.ended_at
FROM bin_order o JOIN bin b USING (bin_id)
WHERE o.council = :council AND o.ended_at IS NULL AND o.from_date <= :service_date
  AND (o.until_date IS NULL OR o.until_date >= :service_date)
ORDER BY o.order_id DESC;

-- name: bins_found_not_full(council)
-- When a crew last looked into a bin under an order and found nothing to take, by bin; what was taken back does not count.
SELECT told.bin_id, max(told.at) AS at
FROM (
    SELECT DISTINCT ON (bin_id, service_date) bin_id, event, at
    FROM crew_event
    WHERE council = :council AND bin_id IN (SELECT bin_id FROM bin_order WHERE council = :council AND must AND ended_at IS NULL)
    ORDER BY bin_id, service_date, at DESC, received_at DESC
) AS told
WHERE told.event = 'not_full'
GROUP BY told.bin_id;

-- name: bin_in_use(council, bin_id)$
-- Whether the council has such a bin in use, of which an order can be given.
SELECT EXISTS (SELECT FROM bin WHERE council = :council AND bin_id = :bin_id AND active);

-- name: add_bin_order(council, bin_id, must, why, note, from_date, until_date, every_days, ordered_by, ordered_at)$
-- Keep an order for a bin of the council; nothing where it has no such bin.
INSERT INTO bin_order (council, bin_id, must, why, note, from_date, until_date, every_days, ordered_by, ordered_at)
SELECT b.council, b.bin_id, :must, :why, :note, :from_date, :until_date, :every_days, :ordered_by, :ordered_at
FROM bin b WHERE b.council = :council AND b.bin_id = :bin_id AND b.active
RETURNING order_id;

-- name: kept_orders(council)
-- The council's orders that stand, as a file has them; of two that say the same the newer comes last.
SELECT bin_id, CASE WHEN must THEN 'must_visit' ELSE 'cannot_visit' END AS "order", why, from_date, until_date, every_days, note
FROM bin_order WHERE council = :council AND ended_at IS NULL
ORDER BY bin_id, order_id;

-- name: change_bin_order(council, bin_id, must, why, from_date, note, until_date, every_days)!
-- Until when and how often an order holds that stands.
UPDATE bin_order SET until_date = :until_date, every_days = :every_days
WHERE council = :council AND bin_id = :bin_id AND must = :must AND why = :why AND from_date = :from_date AND note = :note
  AND ended_at IS NULL;

-- name: order_bin(council, bin_id, must, why, note, from_date, until_date, every_days, ordered_by, ordered_at)!
-- Keep an order for a bin of the council, be it in use or not.
INSERT INTO bin_order (council, bin_id, must, why, note, from_date, until_date, every_days, ordered_by, ordered_at)
VALUES (:council, :bin_id, :must, :why, :note, :from_date, :until_date, :every_days, :ordered_by, :ordered_at);

-- name: end_bin_order(council, order_id, by, at)!
-- End an order that stands.
UPDATE bin_order SET ended_by = :by, ended_at = :at
WHERE council = :council AND order_id = :order_id AND ended_at IS NULL;
