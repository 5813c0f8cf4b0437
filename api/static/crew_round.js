// A round on a phone: shows at once what was tapped, also without a signal, and takes in what other phones told and newer plans.
// Without this script the same forms work as plain forms.
import { learnTime, learnTimeOnce } from "./crew_clock.js";
import { keepPages, keepText, watchSignOut } from "./crew_kept.js";
import { areWaiting, begin, canKeep, flush, forget, tap, taps } from "./crew_taps.js";

const CLOSING = ["emptied", "not_full", "cannot_reach"];
const NEWS_MS = 30_000;
const find = (id) => document.getElementById(id);

let words, kept, trail;
let hasNews = false; // until the next tap: a second answer on the heels of the first must not take the news away

// What the page says as it came from the server.
function read() {
  words = JSON.parse(find("crew-round").dataset.words);
  kept = new Map(items().map((item) => [item.dataset.key, item.dataset.state]));
  trail = JSON.parse(find("crew-undo").dataset.trail);
  showUndo(trail.at(-1));
}

const stops = () => [...find("crew-stops").querySelectorAll(":scope > [data-key]")];
const items = () => [...stops(), ...find("crew-off").querySelectorAll("[data-key]")];

// What a tap says holds until a page from the server has taken it in. The page names those of its last minutes: a tap that was on
// its way while the page was made was received before it, and need not be in it.
async function show(every) {
  const { since, takenIn } = find("crew-round").dataset;
  const isIn = (one) => takenIn.split(" ").includes(one.id) || Date.parse(one.received) < Date.parse(since);
  const isTakenIn = (one) => one.state === "sent" && isIn(one);
  for (const one of every.filter(isTakenIn)) await forget(one.id);
  const standing = new Map([...kept].map(([key, state]) => [key, [state]]));
  const told = [...trail];
  const fresh = every.filter((one) => one.state !== "refused" && !isTakenIn(one));
  for (const one of fresh) {
    const states = standing.get(one.key) ?? [];
    if (one.event === "undo") {
      states.pop();
      if (states.length === 0) states.push("open");
      told.splice(told.findLastIndex((last) => last.key === one.key), 1);
    } else {
      states.push(one.event);
      told.push(one);
    }
  }
  for (const item of items()) {
    const state = standing.get(item.dataset.key).at(-1);
    if (item.dataset.state === state) continue;
    item.dataset.state = state;
    item.querySelector(".crew-state").textContent = words[state];
  }
  showDone();
  if (fresh.length > 0) {
    showNext();
    showUndo(told.at(-1));
  }
}

function showDone() {
  const done = stops().filter((item) => item.dataset.kind === "bin" && CLOSING.includes(item.dataset.state)).length;
  find("crew-done").textContent = find("crew-done").dataset.said.replace("{done}", done);
}

function showNext() {
  const item = stops().find((each) => !CLOSING.includes(each.dataset.state));
  find("crew-nothing").hidden = Boolean(item);
  find("crew-next").replaceChildren();
  if (!item) return;
  const name = Object.assign(document.createElement("h2"), { className: item.dataset.class, id: "crew-next-name" });
  name.append(Object.assign(document.createElement("span"), { className: "crew-number", textContent: item.dataset.number }), ` ${item.dataset.name}`);
  find("crew-next").append(name);
  if (item.dataset.state === "overflowing") {
    const line = Object.assign(document.createElement("p"), { className: "crew-why" });
    line.append(Object.assign(document.createElement("strong"), { textContent: words.overflowing }));
    find("crew-next").append(line);
  }
  find("crew-next").append(...item.querySelector(".crew-stops__inside").cloneNode(true).childNodes);
}

function showUndo(last) {
  find("crew-undo").hidden = !last;
  if (!last) return;
  Object.assign(find("crew-undo").dataset, { key: last.key, path: last.path, name: last.name });
  find("crew-undo-what").textContent = `${last.name}: ${words[last.event]}`;
}

// The same page from the server: another phone told something, an officer planned again. What is open stays open.
async function refresh() {
  const answer = await fetch(location.href, { credentials: "same-origin" });
  if (!answer.ok) return;
  const text = await answer.text();
  const newer = new DOMParser().parseFromString(text, "text/html").getElementById("crew-round");
  if (!newer) return;
  await keepText(answer.url, text);
  const open = stops().filter((item) => item.querySelector("details").open).map((item) => item.dataset.key);
  const round = find("crew-round").dataset.round;
  for (const part of ["crew-taps", "crew-kept"]) newer.querySelector(`#${part}`).replaceWith(find(part));
  find("crew-round").replaceWith(document.adoptNode(newer));
  for (const item of stops()) item.querySelector("details").open = open.includes(item.dataset.key);
  if (answer.url !== location.href) history.replaceState(null, "", answer.url);
  hasNews ||= newer.dataset.round !== round;
  showNews();
  read();
  await show(await taps());
}

function showNews() {
  find("crew-news").hidden = !hasNews;
  find("crew-news").textContent = hasNews ? find("crew-news").dataset.news : "";
}

async function lookForNews() {
  if (document.visibilityState !== "visible" || isBusy()) return;
  try {
    const { round, mark } = find("crew-round").dataset;
    const answer = await fetch(`/v1/rounds/${round}/mark`, { credentials: "same-origin" });
    learnTime(answer.headers.get("Date"));
    if (answer.ok && (await answer.json()).mark !== mark) await refresh();
  } catch (lost) {
    if (!(lost instanceof TypeError)) throw lost; // no network
  }
}

// Somebody who fills in a form or looks for a reason keeps the page as it is.
const isBusy = () => Boolean(document.querySelector(".crew-part[open], .crew-obstacles[open]"));

function target(form) {
  if (!form.dataset.off) return form.dataset;
  const marked = form.querySelector("input[name=bin_id]:checked")?.closest("[data-key]");
  return marked && { key: marked.dataset.key, name: marked.dataset.name, path: `${form.dataset.off}${encodeURIComponent(marked.dataset.key)}/events` };
}

async function submitted(event) {
  const form = event.target;
  if (form.matches("#crew-again")) {
    event.preventDefault();
    await flush();
    find("crew-again-waits").hidden = !(await areWaiting());
    form.querySelector("button").disabled = find("crew-again-waits").hidden; // a second tap would ask for a second plan
    if (find("crew-again-waits").hidden) form.submit();
  } else if (form.matches("#crew-undo, .crew-form")) {
    const of = target(form);
    if (!of) return; // the server tells that no bin was marked
    event.preventDefault();
    if (!event.submitter.value) return; // Enter on a mark
    for (const open of form.querySelectorAll("details[open]")) open.open = false;
    hasNews = false;
    showNews();
    await tap(of, event.submitter.value);
    if (!form.dataset.off) window.scrollTo(0, 0);
  }
}

if (await canKeep()) {
  // A form that was refused is shown at the form's own address, which cannot be loaded again.
  history.replaceState(null, "", location.pathname.replace(/\/(told|again)$/, ""));
  read();
  learnTimeOnce(find("crew-round").dataset.rendered);
  document.addEventListener("submit", submitted);
  watchSignOut();
  if (navigator.onLine) keepPages();
  // Where the signal is lost again right after the taps were taken in, the page goes on with what they said.
  await begin({ changed: show, sent: () => refresh().catch(() => {}) });
  setInterval(lookForNews, NEWS_MS);
  window.addEventListener("online", lookForNews);
  document.documentElement.dataset.listens = "yes"; // until here a tap was a plain form's
}
