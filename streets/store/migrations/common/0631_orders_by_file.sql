-- Officers' orders come in files too: a file may say anew until when and how often one holds, and every such change is written down.
-- depends: 0630_reasons_of_failed_runs

-- A note is told apart by its text, and a spreadsheet ends its lines in one way only.
UPDATE bin_order SET note = tidy.note
FROM (
    SELECT order_id, btrim(replace(replace(note, E'\r\n', E'\n'), E'\r', E'\n'), E' \t\n') AS note FROM bin_order
) AS tidy
WHERE bin_order.order_id = tidy.order_id AND tidy.note <> bin_order.note AND tidy.note <> '';

COMMENT ON TABLE bin_order IS 'What officers order of single bins; it may be ended, and by a file until_date and every_days may change (asset_change tells), nothing else';
GRANT UPDATE (until_date, every_days) ON bin_order TO streets_api;
GRANT INSERT, UPDATE (until_date, every_days) ON bin_order TO streets_officer;

ALTER TABLE asset_change DROP CONSTRAINT asset_change_kind;
ALTER TABLE asset_change ADD CONSTRAINT asset_change_kind CHECK (
    kind IN ('ward', 'streets', 'street', 'bin', 'counter', 'place', 'device', 'installation', 'ironwork', 'base', 'vehicle', 'order')
);
