// A round without signal: taps are kept on the phone under ids made here, shown at once, and sent when there is a network.
// Sending again is safe, since the server keeps each id once. Without this script the same forms work as plain forms.

const root = document.getElementById("crew-round");
const waiting = document.getElementById("crew-waiting");
const refused = document.getElementById("crew-refused");
const next = document.getElementById("crew-next");
const undo = document.getElementById("crew-undo");
const list = document.getElementById("crew-stops");
const words = JSON.parse(root.dataset.words);
const RETRY_MS = 30_000;
const closing = ["emptied", "not_full", "cannot_reach"];
const kept = new Map([...list.children].map((item) => [item.dataset.stop, item.dataset.state]));

// The server's clock is the one that counts: a page from the cache must not set it back.
function offsetMs() {
  const seen = JSON.parse(localStorage.getItem("crew-clock") || "{}");
  if (seen.rendered === root.dataset.rendered) return seen.offset;
  const offset = Date.parse(root.dataset.rendered) - Date.now();
  localStorage.setItem("crew-clock", JSON.stringify({ rendered: root.dataset.rendered, offset }));
  return offset;
}
const offset = offsetMs();

function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("crew", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("taps", { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function store(mode, work) {
  const database = await opened();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction("taps", mode);
    const request = work(transaction.objectStore("taps"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
  });
}

const keep = (tap) => store("readwrite", (taps) => taps.put(tap));
const forget = (id) => store("readwrite", (taps) => taps.delete(id));
async function mine() {
  const all = await store("readonly", (taps) => taps.getAll());
  return all.filter((tap) => tap.who === root.dataset.who).sort((a, b) => a.at.localeCompare(b.at));
}

async function send(tap) {
  const { id, at, event, observed_fill, note } = tap;
  return fetch(`/v1/stops/${tap.stop}/events`, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id, at, event, observed_fill, note }),
  });
}

let sending = false;
let asked = false;
let signInNeeded = false;
async function flush() {
  // The network may come back while a try without it is still failing: then try once more.
  asked = sending;
  if (sending) return;
  sending = true;
  const signInWasNeeded = signInNeeded;
  let sent = 0;
  let turnedAway = 0;
  try {
    for (const tap of (await mine()).filter((each) => each.state === "waiting")) {
      const answer = await send(tap);
      signInNeeded = answer.status === 401;
      if (answer.ok) {
        await keep({ ...tap, state: "sent" });
        sent += 1;
      } else if ([403, 404, 422].includes(answer.status)) {
        await keep({ ...tap, state: "refused", why: (await answer.json()).detail });
        turnedAway += 1;
      } else break;
    }
  } catch (lost) {
    if (!(lost instanceof TypeError)) throw lost; // a TypeError from fetch means: no network
  } finally {
    sending = false;
  }
  // What is on the page stays untouched where nothing came of it: somebody may be choosing a fill.
  if (sent > 0 || turnedAway > 0 || signInNeeded !== signInWasNeeded) await show();
  if (sent > 0) location.reload();
  else if (asked) await flush();
}

// What a tap says holds until a newer page from the server has taken it in.
async function show() {
  const taps = await mine();
  const rendered = root.dataset.rendered;
  for (const tap of taps.filter((each) => each.state === "sent" && each.at < rendered)) await forget(tap.id);
  const standing = new Map([...kept].map(([stop, state]) => [stop, [state]]));
  let last = null;
  for (const tap of taps.filter((each) => each.state !== "refused" && (each.state === "waiting" || each.at >= rendered))) {
    const states = standing.get(tap.stop);
    if (!states) continue;
    if (tap.event === "undo") {
      states.pop();
      if (states.length === 0) states.push("open");
    } else states.push(tap.event);
    last = tap;
  }
  for (const item of list.children) {
    const state = standing.get(item.dataset.stop).at(-1);
    if (item.dataset.state === state) continue;
    item.dataset.state = state;
    item.querySelector(".crew-state").textContent = words[state];
  }
  if (last) showNext(last);
  showWaiting(taps);
}

function showNext(last) {
  const item = [...list.children].find((each) => !closing.includes(each.dataset.state));
  const name = next.querySelector(".crew-next__name");
  name.replaceChildren();
  for (const part of [...next.children]) if (part !== name) part.remove();
  if (item) {
    const number = Object.assign(document.createElement("span"), { className: "crew-number", textContent: item.dataset.number });
    name.append(number, ` ${item.dataset.name}`);
    const inside = item.querySelector(".crew-stops__inside").cloneNode(true);
    for (const radio of inside.querySelectorAll("input[type=radio]")) {
      inside.querySelector(`label[for="${radio.id}"]`).htmlFor = `next-${radio.id}`;
      radio.id = `next-${radio.id}`;
    }
    next.append(...inside.childNodes);
  } else name.textContent = words.nothing_left;
  const told = [...list.children].find((each) => each.dataset.stop === last.stop);
  undo.hidden = last.event === "undo";
  undo.dataset.stop = last.stop;
  document.getElementById("crew-undo-what").textContent = `${told.dataset.number} ${told.dataset.name}: ${words[last.event]}`;
}

function showWaiting(taps) {
  const unsent = taps.filter((tap) => tap.state === "waiting").length;
  waiting.hidden = unsent === 0;
  waiting.textContent = `${waiting.dataset.waiting} ${unsent}${signInNeeded ? `. ${waiting.dataset.signIn}` : ""}`;
  const bad = taps.filter((tap) => tap.state === "refused");
  refused.hidden = bad.length === 0;
  refused.replaceChildren(...bad.map((tap) => {
    const line = Object.assign(document.createElement("li"), { textContent: `${refused.dataset.refused} ${tap.name}. ${tap.why} ` });
    const button = Object.assign(document.createElement("button"), { className: "crew-button", textContent: refused.dataset.dismiss });
    button.addEventListener("click", async () => {
      await forget(tap.id);
      await show();
    });
    line.append(button);
    return line;
  }));
}

async function tapped(form, button) {
  const item = [...list.children].find((each) => each.dataset.stop === form.dataset.stop);
  const fill = new FormData(form).get("observed_fill");
  await keep({
    id: crypto.randomUUID(),
    who: root.dataset.who,
    stop: form.dataset.stop,
    name: item ? item.dataset.name : "",
    at: new Date(Date.now() + offset).toISOString(),
    event: button.value,
    observed_fill: fill === null ? null : Number(fill),
    note: (button.value === "cannot_reach" && new FormData(form).get("note")) || null,
    state: "waiting",
  });
  await show();
  window.scrollTo(0, 0);
  await flush();
}

async function signOut(form) {
  await flush();
  if ((await mine()).some((tap) => tap.state === "waiting")) return waiting.scrollIntoView();
  await caches.delete("crew");
  return form.submit();
}

function listen() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.id === "crew-sign-out") {
      event.preventDefault();
      signOut(form);
    } else if (form.dataset.stop) {
      event.preventDefault();
      tapped(form, event.submitter);
    }
  });
  window.addEventListener("online", flush);
  setInterval(flush, RETRY_MS); // a phone does not always say that it is online again
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") flush();
  });
}

// The page that is open now is kept too: the worker was not there yet when it was loaded.
async function keepThisPage() {
  await navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.scope });
  await navigator.serviceWorker.ready;
  const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
  const cache = await caches.open("crew");
  await cache.addAll([location.href, ...files.map((file) => file.href || file.src)]);
  root.dataset.kept = "yes";
}

// Without HTTPS, or where the browser keeps nothing, the forms stay plain forms: no tap is taken that could be lost.
if (window.isSecureContext && (await opened().then(() => true, () => false))) {
  listen();
  if (navigator.onLine) keepThisPage();
  await show();
  await flush();
}
