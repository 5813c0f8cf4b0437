-- The wards to choose from.
SELECT ward AS __text, ward_code AS __value FROM board.ward ORDER BY council, ward
