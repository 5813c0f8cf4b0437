-- The places to choose from.
SELECT DISTINCT place AS __text, place_id AS __value FROM board.footfall_hour ORDER BY place
