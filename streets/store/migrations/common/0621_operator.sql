-- The operator of the installation sees what no council's officers can; who signs out ends the session here too.
-- depends: 0620_refused_frames

ALTER TABLE token
    ALTER COLUMN council DROP NOT NULL,
    DROP CONSTRAINT token_role_check,
    ADD CONSTRAINT token_role_check CHECK (role IN ('crew', 'officer', 'device', 'operator')),
    ADD CONSTRAINT token_council_check CHECK ((council IS NULL) = (role = 'operator'));
COMMENT ON COLUMN token.council IS 'The council whose data it opens; null: the operator, who sees no council''s';
COMMENT ON COLUMN token.role IS 'crew, officer, device; operator: sees the rejects of which nobody can tell whose they are';

-- A council that is not served has no officers: what names it is as good as without a name.
CREATE OR REPLACE FUNCTION council_of_reject(topic_council text, of_device text) RETURNS text
LANGUAGE sql STABLE
RETURN coalesce(
    (SELECT council.council FROM council WHERE council.council = topic_council),
    (SELECT device.council FROM device WHERE device.device = of_device),
    (SELECT min(council.council) FROM council HAVING count(*) = 1),
    ''
);
COMMENT ON FUNCTION council_of_reject IS 'Whose officers see a reject: the topic''s council, the registered device''s, or the only one there is; empty: nobody can tell, it is for the operator';

ALTER TABLE replay_request ALTER COLUMN council DROP NOT NULL;
COMMENT ON COLUMN replay_request.council IS 'Only rejects that this council''s officers see are tried; null: only those that the operator sees';

CREATE TABLE ended_session (
    session_hash bytea PRIMARY KEY,
    ends_at timestamptz NOT NULL
);
COMMENT ON TABLE ended_session IS 'Sessions of browsers that were signed out of, until they would have ended by themselves';
COMMENT ON COLUMN ended_session.session_hash IS 'SHA-256 of the session cookie''s content';
COMMENT ON COLUMN ended_session.ends_at IS 'When the session would have ended; then this row may go';

GRANT INSERT ON ended_session TO streets_api;
REVOKE INSERT, UPDATE ON ended_session FROM streets_jobs;
