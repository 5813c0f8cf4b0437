-- The gazetteer, officers' words on sensors and what devices said are not for jobs to write.
-- depends: 0415_files_of_officers 0440_suitability 0490_device_words

REVOKE INSERT, UPDATE, DELETE ON street, suitability_override, device_word FROM streets_jobs;
