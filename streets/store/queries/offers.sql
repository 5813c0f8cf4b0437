-- name: offers(installation_id)
-- Every offer of an installation, newest first.
SELECT offer_id, what, present_mm, learned_mm, n, used, spread_mm, seen_at, seen_mm, learned_at, state, decided_at, decided_by,
    applies_from
FROM suitability_offer
WHERE installation_id = :installation_id
ORDER BY learned_at DESC, offer_id DESC;

-- name: offer_withdraw(installation_id, what, at)!
-- Withdraw what is offered of an installation, because the readings or the record say otherwise now.
UPDATE suitability_offer SET state = 'withdrawn', decided_at = :at
WHERE installation_id = :installation_id AND what = :what AND state = 'open';

-- name: offer_withdraw_outdated(at)!
-- Withdraw what is offered of installations that have ended, or whose record was put right meanwhile.
UPDATE suitability_offer SET state = 'withdrawn', decided_at = :at
FROM installation
WHERE installation.installation_id = suitability_offer.installation_id
    AND state = 'open'
    AND (
        installation.valid_to <= :at
        OR present_mm <> CASE what WHEN 'empty_mm' THEN installation.empty_mm ELSE installation.full_mm END
    );

-- name: offer_add(installation_id, what, present_mm, learned_mm, n, used, spread_mm, seen_s, seen_mm, at)!
-- Offer what was learned; where something was offered before, the newer figures take its place.
INSERT INTO suitability_offer (installation_id, what, present_mm, learned_mm, n, used, spread_mm, seen_at, seen_mm, learned_at)
VALUES (
    :installation_id, :what, :present_mm, :learned_mm, :n, :used, :spread_mm,
    ARRAY(SELECT to_timestamp(at_s) FROM unnest(:seen_s::double precision[]) WITH ORDINALITY AS seen (at_s, place) ORDER BY place),
    :seen_mm, :at
)
ON CONFLICT (installation_id, what) WHERE state = 'open' DO UPDATE SET
    present_mm = excluded.present_mm,
    learned_mm = excluded.learned_mm,
    n = excluded.n,
    used = excluded.used,
    spread_mm = excluded.spread_mm,
    seen_at = excluded.seen_at,
    seen_mm = excluded.seen_mm,
    learned_at = excluded.learned_at;

-- name: offer_decide(offer_id, installation_id, learned_mm, state, by, at, applies_from)!
-- Accept or refuse what is offered; no row where it is no longer open, or says something else now.
UPDATE suitability_offer SET state = :state, decided_by = :by, decided_at = :at, applies_from = :applies_from
WHERE offer_id = :offer_id AND installation_id = :installation_id AND learned_mm = :learned_mm AND state = 'open';
