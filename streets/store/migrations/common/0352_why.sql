-- Which word of why outweighs which, as it is decided.
-- depends: 0350_revisions

COMMENT ON COLUMN touched.why IS 'late_data: readings arrived; recoded: kept frames were decoded again; record_changed: the installation record was corrected; repaired: by an audit. Where several hold, the last in this order, that of the alphabet, is told';
