-- What came again with another time: a late copy, until a higher counter in between shows that the counter had begun again.
-- depends: 0300_frames

CREATE TABLE doubtful_copy (LIKE uplink INCLUDING COMMENTS);
ALTER TABLE doubtful_copy DROP COLUMN occurrence;
CREATE UNIQUE INDEX doubtful_copy_frame
    ON doubtful_copy (device COLLATE "C", session COLLATE "C", f_cnt, source COLLATE "C", observed_at);
COMMENT ON TABLE doubtful_copy IS 'Copies of kept frames with another time than theirs, as they would be kept in uplink; counted as duplicate until one is shown to be a frame of its own, which then stands in uplink too';
GRANT SELECT, INSERT ON doubtful_copy TO streets_ingest;
