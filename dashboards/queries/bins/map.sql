-- Bins with a known fill, for the map.
SELECT bin_id, stands_at, lat, lon, fill_pct
FROM board.bin
WHERE ward_code IN (${ward:sqlstring}) AND state = 'measured'
