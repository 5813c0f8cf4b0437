-- Trees of collections are believed of waits as long as they have learned of.
-- depends: 0530_history

ALTER TABLE collection_trees ADD COLUMN tells_until real NOT NULL DEFAULT 1.5;
COMMENT ON COLUMN collection_trees.tells_until IS 'The longest wait of which they can tell, in usual waits of the bin; 1.5 where there are no trees';
