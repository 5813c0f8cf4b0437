// The time as the server has it: a phone's own clock may be wrong. Every answer of the server tells it anew.

const FINE_MS = 5_000; // an answer tells whole seconds, and was under way: less than that is no news

function kept() {
  return localStorage.getItem("crew-clock");
}

export function learnTime(moment) {
  if (!moment) return;
  const offset = Date.parse(moment) - Date.now();
  if (kept() === null || Math.abs(offset - Number(kept())) > FINE_MS) localStorage.setItem("crew-clock", String(offset));
}

// Before the first answer the page itself tells it. A page that the phone kept must not set the clock back.
export function learnTimeOnce(moment) {
  if (kept() === null) learnTime(moment);
}

// Never before `last`: what a thumb did later stays later, also where the clock was put right in between.
export function nowAfter(last) {
  const now = Date.now() + Number(kept() ?? 0);
  return new Date(Math.max(now, last ? Date.parse(last) + 1 : 0)).toISOString();
}
