// Pages that a phone keeps, so that they open without a signal from the first visit on; and that go when it signs out.
import { areWaiting, flush } from "./crew_taps.js";
import { learnTime } from "./crew_clock.js";

const part = document.getElementById("crew-taps");
const KEPT = "crew";

async function keepPage(cache, address) {
  const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "text/html" } });
  learnTime(answer.headers.get("Date"));
  // A kept answer that was redirected could not be shown: it is kept as the page that it led to.
  if (answer.ok) await cache.put(answer.url, new Response(await answer.blob(), { headers: answer.headers }));
}

// The page that is open now is kept too: the worker was not there yet when it was loaded. So are the rounds that it leads to.
export async function keepPages() {
  await navigator.serviceWorker.register(part.dataset.worker, { scope: part.dataset.scope });
  await navigator.serviceWorker.ready;
  const files = performance.getEntriesByType("resource").map((entry) => entry.name);
  const named = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], link[rel=modulepreload], script[src]")];
  const statics = [...files, ...named.map((file) => file.href || file.src)].filter((name) => new URL(name).pathname.startsWith("/static/"));
  const rounds = [...document.querySelectorAll("a[data-keep]")].map((link) => link.href);
  const cache = await caches.open(KEPT);
  await cache.addAll([...new Set(statics)]);
  for (const address of [location.href, ...rounds]) await keepPage(cache, address);
  document.getElementById("crew-kept").hidden = false;
  document.documentElement.dataset.kept = "yes";
}

// The rounds of days that are over go from the phone.
export async function forgetOldRounds() {
  const cache = await caches.open(KEPT);
  const shown = new Set([...document.querySelectorAll("a[data-keep]")].map((link) => link.href));
  for (const request of await cache.keys()) {
    if (/\/crew\/rounds\//.test(request.url) && !shown.has(request.url)) await cache.delete(request);
  }
}

// A page as it came from the server just now takes the place of the one kept.
export async function keepText(address, text) {
  const cache = await caches.open(KEPT);
  await cache.put(address, new Response(text, { headers: { "Content-Type": "text/html; charset=utf-8" } }));
}

// Nobody signs out with taps unsent: they would wait until the same person comes back.
export function watchSignOut() {
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (form.id !== "crew-sign-out") return;
    event.preventDefault();
    await flush();
    if (await areWaiting()) return document.getElementById("crew-waiting").scrollIntoView();
    await caches.delete(KEPT);
    form.submit();
  });
}
