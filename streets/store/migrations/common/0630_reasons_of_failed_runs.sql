-- Why a run of planning failed, as a code with figures, so that a page says it in its reader's language.
-- depends: 0591_savings_by_history

ALTER TABLE planning_run
    ADD COLUMN reason text,
    ADD COLUMN figures jsonb;
COMMENT ON COLUMN planning_run.message IS 'Why it did not end well, for a person, in English';
COMMENT ON COLUMN planning_run.reason IS 'Why it failed, as a code (api/planning_words.py has its words); null: it did not fail, or did before codes were kept';
COMMENT ON COLUMN planning_run.figures IS 'What the reason speaks of, by name: vehicle, place, day (ISO 8601), begins and ends (local times of day), days, missing (codes)';
