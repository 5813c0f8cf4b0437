-- Sensors that were cut off send what they counted days later: once a day a cloud is asked further back.
-- depends: 0460_clouds

ALTER TABLE cloud_post ADD COLUMN looked_back_at timestamptz;
COMMENT ON COLUMN cloud_post.looked_back_at IS 'When the cloud was last asked for what may have come days late; null: not yet';
