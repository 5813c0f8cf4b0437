// The crew pages' service worker: the network first, and without it the page and its files as last seen.
const KEPT = "crew";
const PATIENCE_MS = 6000;

async function fromNetwork(request) {
  const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
  const cache = await caches.open(KEPT);
  if (answer.ok) await cache.put(request.url, answer.clone());
  // Signed out, here or by the office: what this phone kept of the rounds goes.
  if (answer.status === 401 || answer.status === 403) await caches.delete(KEPT);
  return answer;
}

async function page(request) {
  try {
    return await fromNetwork(request);
  } catch (lost) {
    const kept = await caches.match(request.url);
    if (kept) return kept;
    throw lost;
  }
}

async function file(request) {
  return (await caches.match(request.url)) || fromNetwork(request);
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  if (request.mode === "navigate" && /^(\/cy)?\/crew(\/|$)/.test(path)) event.respondWith(page(request));
  else if (path.startsWith("/static/")) event.respondWith(file(request));
});
