-- name: cloud_posts_read(account)
-- How far each post of an account was read.
SELECT post, read_until, looked_back_at FROM cloud_post WHERE account = :account;

-- name: hold_cloud_posts(account, posts, read_until)!
-- Notes posts that are read for the first time, and holds all of them until the commit: two who ask do not take one answer each.
INSERT INTO cloud_post (account, post, read_until)
SELECT :account, post, :read_until FROM unnest(:posts::text[]) AS asked(post) ORDER BY post
ON CONFLICT (account, post) DO UPDATE SET read_until = cloud_post.read_until;

-- name: note_cloud_posts_read(account, posts, read_until, looked_back_at)!
-- Notes how far posts were read and, where given, when it was asked for what came late.
UPDATE cloud_post SET
    read_until = greatest(read_until, :read_until),
    looked_back_at = coalesce(:looked_back_at::timestamptz, looked_back_at)
WHERE account = :account AND post = ANY(:posts);

-- name: cloud_told(account, posts, since, until)
-- What was said last of the intervals that begin in a stretch of time.
SELECT post, since, words FROM cloud_told WHERE account = :account AND post = ANY(:posts) AND since >= :since AND since < :until;

-- name: keep_cloud_told(account, posts, sinces, words)!
-- Notes what was said last.
INSERT INTO cloud_told (account, post, since, words)
SELECT :account, post, since, words
FROM unnest(:posts::text[], :sinces::timestamptz[], :words::uuid[]) AS told(post, since, words)
ON CONFLICT (account, post, since) DO UPDATE SET words = excluded.words;

-- name: forget_cloud_told(account, before)!
-- Intervals that are not asked for any more need not be known again.
DELETE FROM cloud_told WHERE account = :account AND since < :before;

-- name: cloud_answered(account, council, cloud, at)!
-- The account has answered all that it was asked.
INSERT INTO cloud_account (account, council, cloud, good_at) VALUES (:account, :council, :cloud, :at)
ON CONFLICT (account) DO UPDATE SET
    council = excluded.council, cloud = excluded.cloud, good_at = excluded.good_at, fault_kind = NULL, fault = NULL;

-- name: cloud_failed(account, council, cloud, at, kind, fault)!
-- The account has not answered, and why.
INSERT INTO cloud_account (account, council, cloud, failed_at, fault_kind, fault)
VALUES (:account, :council, :cloud, :at, :kind, :fault)
ON CONFLICT (account) DO UPDATE SET
    council = excluded.council,
    cloud = excluded.cloud,
    failed_at = excluded.failed_at,
    fault_kind = excluded.fault_kind,
    fault = excluded.fault;

-- name: count_cloud_fault(account, kind)!
-- One more fault of the kind.
INSERT INTO cloud_fault (account, kind, times) VALUES (:account, :kind, 1)
ON CONFLICT (account, kind) DO UPDATE SET times = cloud_fault.times + 1;

-- name: cloud_accounts()
-- How the last asking of each account went.
SELECT account, council, cloud, good_at, failed_at, fault_kind, fault FROM cloud_account ORDER BY account;

-- name: cloud_faults()
-- How often accounts did not answer, by kind.
SELECT account, kind, times FROM cloud_fault ORDER BY account, kind;

-- name: delete_cloud_accounts_before(asked_before)!
-- Accounts that were not asked since then, and their faults.
WITH silent AS (
    DELETE FROM cloud_account WHERE greatest(good_at, failed_at) < :asked_before RETURNING account
), counted AS (
    DELETE FROM cloud_fault USING silent WHERE cloud_fault.account = silent.account
)
SELECT FROM silent;
