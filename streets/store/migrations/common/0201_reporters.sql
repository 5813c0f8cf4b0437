-- The weekly secret behind reporter tokens.
-- depends: 0004_roles

CREATE TABLE reporter_salt (
    week_start date PRIMARY KEY,
    salt bytea NOT NULL
);
COMMENT ON TABLE reporter_salt IS 'Turns a phone''s random number into this week''s reporter token; deleted when the week is over';

GRANT INSERT ON reporter_salt TO streets_api;
-- Who can read the secret can try who a reporter is: the API alone needs it. Jobs delete it by its week.
REVOKE ALL ON reporter_salt FROM streets_officer, streets_jobs;
GRANT SELECT (week_start), DELETE ON reporter_salt TO streets_jobs;
