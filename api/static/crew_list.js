// The list of rounds: keeps each of them on the phone, and sends what waits.
import { learnTimeOnce } from "./crew_clock.js";
import { forgetOldRounds, keepPages, watchSignOut } from "./crew_kept.js";
import { begin, canKeep } from "./crew_taps.js";

if (await canKeep()) {
  learnTimeOnce(document.getElementById("crew-taps").dataset.rendered);
  watchSignOut();
  if (navigator.onLine) keepPages().then(forgetOldRounds);
  await begin();
}
