// Taps of a phone without a signal: kept on the phone under ids made here, counted on the page, and sent when there is a network.
// Sending again is safe, since the server keeps each id once.
import { learnTime, nowAfter } from "./crew_clock.js";

const part = document.getElementById("crew-taps");
const RETRY_MS = 30_000;

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
  }).finally(() => database.close());
}

const keep = (tap) => store("readwrite", (taps) => taps.put(tap));
export const forget = (id) => store("readwrite", (taps) => taps.delete(id));

// Without HTTPS, or where the browser keeps nothing, the forms stay plain forms: no tap is taken that could be lost.
export async function canKeep() {
  return window.isSecureContext && opened().then((database) => (database.close(), true), () => false);
}

export async function taps() {
  const all = await store("readonly", (each) => each.getAll());
  return all.filter((tap) => tap.who === part.dataset.who).sort((a, b) => a.at.localeCompare(b.at));
}

const unsent = (every) => every.filter((tap) => tap.state === "waiting");
export const areWaiting = async () => unsent(await taps()).length > 0;

async function send({ path, id, at, event, observed_fill, note }) {
  const answer = await fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id, at, event, observed_fill, note }),
  });
  learnTime(answer.headers.get("Date"));
  return answer;
}

// The last word of a problem's type: the page has words for it in its language.
const kindOf = (problem) => problem.type.split(":").at(-1);

let listener = { changed: async () => {}, sent: async () => {} };
let sending = false;
let asked = false;
let signInNeeded = false;

export async function flush() {
  // The network may come back while a try without it is still failing: then try once more.
  asked = sending;
  if (sending) return;
  sending = true;
  let done = 0;
  try {
    for (const tap of unsent(await taps())) {
      const answer = await send(tap);
      signInNeeded = answer.status === 401;
      if (answer.ok) await keep({ ...tap, state: "sent", received: (await answer.json()).received_at });
      else if ([403, 404, 422].includes(answer.status)) await keep({ ...tap, state: "refused", why: kindOf(await answer.json()) });
      else break;
      done += answer.ok;
    }
  } catch (lost) {
    if (!(lost instanceof TypeError)) throw lost; // a TypeError from fetch means: no network
  } finally {
    sending = false;
  }
  await changed();
  if (done > 0) await listener.sent();
  if (asked) await flush();
}

async function changed() {
  const every = await taps();
  showWaiting(every);
  await listener.changed(every);
}

function showWaiting(every) {
  const waiting = document.getElementById("crew-waiting");
  const refused = document.getElementById("crew-refused");
  const count = unsent(every).length;
  waiting.hidden = count === 0;
  waiting.textContent = `${waiting.dataset.waiting} ${count}${signInNeeded ? `. ${waiting.dataset.signIn}` : ""}`;
  const whys = JSON.parse(refused.dataset.whys);
  const bad = every.filter((tap) => tap.state === "refused");
  refused.hidden = bad.length === 0;
  refused.replaceChildren(...bad.map((tap) => {
    const line = Object.assign(document.createElement("li"), { textContent: `${refused.dataset.refused} ${tap.name}. ${whys[tap.why] ?? whys.otherwise} ` });
    const button = Object.assign(document.createElement("button"), { className: "crew-button", textContent: refused.dataset.dismiss });
    button.addEventListener("click", async () => {
      await forget(tap.id);
      await changed();
    });
    line.append(button);
    return line;
  }));
}

// `value` is what a button says, as the server reads it from a plain form: emptied/75, cannot_reach/locked.
export async function tap({ key, path, name }, value) {
  const [event, more = ""] = value.split("/");
  const isFill = /^\d+$/.test(more);
  await keep({
    id: crypto.randomUUID(),
    who: part.dataset.who,
    key,
    path,
    name,
    at: nowAfter((await taps()).at(-1)?.at),
    event,
    observed_fill: isFill ? Number(more) : null,
    note: isFill ? null : more || null,
    state: "waiting",
  });
  await changed();
  await flush();
}

// `changed` hears of every tap kept here, `sent` that some were taken in.
export async function begin(heard = {}) {
  listener = { ...listener, ...heard };
  window.addEventListener("online", flush);
  setInterval(flush, RETRY_MS); // a phone does not always say that it is online again
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") flush();
  });
  await changed();
  await flush();
}
