-- The right one of two checks gives way to installation_depth; the other, that a version ends after it began, stands again.
-- depends: 0412_assets_in_full

ALTER TABLE installation
    DROP CONSTRAINT installation_check1,
    ADD CONSTRAINT installation_ends_later CHECK (valid_to > valid_from);
