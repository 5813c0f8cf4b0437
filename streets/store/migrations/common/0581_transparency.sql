-- What a council itself says of its algorithmic tools, for the transparency record that is generated from what is live.
-- depends: 0580_crew_words

CREATE TABLE council_statement (
    statement_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    council text NOT NULL REFERENCES council,
    tool text NOT NULL CHECK (tool IN ('rounds', 'potholes')),
    field text NOT NULL,
    said text NOT NULL CHECK (length(said) <= 2000),
    told_by text NOT NULL,
    told_at timestamptz NOT NULL
);
COMMENT ON TABLE council_statement IS 'Answers of the transparency record that only the council can give; the last of a field stands, and none is ever changed';
COMMENT ON COLUMN council_statement.tool IS 'What the record is about: rounds (which bins are emptied when), potholes (where the road jolts)';
COMMENT ON COLUMN council_statement.field IS 'The attribute of the Algorithmic Transparency Recording Standard';
COMMENT ON COLUMN council_statement.said IS 'In the council''s words; empty: taken back';
COMMENT ON COLUMN council_statement.told_by IS 'The officer, whom the public record does not name';
CREATE INDEX council_statement_of ON council_statement (council, tool, field);

REVOKE INSERT, UPDATE, DELETE ON council_statement FROM streets_jobs;
GRANT INSERT ON council_statement TO streets_api;
