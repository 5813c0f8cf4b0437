// The pothole recorder: feels the road on the phone and offers single impacts to send. A trace never leaves the phone.
// The steps from acceleration to impacts are those of streets/potholes/detect.py, which says why; a test runs both.
"use strict";

const GRAVITY_TAU_S = 2;
const NOISE_WINDOW_S = 90;
const NOISE_EVERY_S = 1;
const LEAST_NOISE_SAMPLES = 25;
const LEAST_NOISE_S = 5;
const THRESHOLD = 4;
const LEAST_NOISE_G = 0.02;
const LEAST_G = 0.2;
const LEAST_SPEED_M_PER_S = 4;
const MERGE_S = 1;
const LONGEST_STEP_S = 1;
const SIGMA_PER_MEDIAN = 1.4826;

const METRES_PER_DEGREE = 111195;
const CUT_LEAST_M = 200;
const CUT_MORE_M = 300;
const CUT_S = 180;
const STANDARD_GRAVITY_M_PER_S2 = 9.80665;
const MPH = 0.44704;

function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// Feels samples (seconds, g along three axes, m/s or null) one by one; `found` holds the impacts so far.
class Detector {
  constructor() {
    this.found = [];
    this.recent = [];
    this.gravity = null;
    this.before_s = 0;
    this.noise_at_s = 0;
    this.noise_g = null;
  }

  feel(at_s, felt, speed) {
    const step_s = Math.min(Math.max(at_s - this.before_s, 0), LONGEST_STEP_S);
    const share = 1 - Math.exp(-step_s / GRAVITY_TAU_S);
    this.gravity = this.gravity ? this.gravity.map((old, axis) => old + share * (felt[axis] - old)) : felt;
    this.before_s = at_s;
    if (speed === null || speed < LEAST_SPEED_M_PER_S) return;
    const size = Math.hypot(...this.gravity);
    const along = felt.reduce((sum, part, axis) => sum + part * this.gravity[axis], 0);
    const vertical_g = size > 0 ? Math.abs(along / size - size) : 0;
    if (this.noise_g === null || at_s - this.noise_at_s >= NOISE_EVERY_S) {
      this.noise_g = this.noise(at_s);
      this.noise_at_s = at_s;
    }
    this.recent.push([at_s, vertical_g]);
    if (this.noise_g !== null && vertical_g >= Math.max(THRESHOLD * this.noise_g, LEAST_G)) {
      this.keep({ at_s, severity_g: vertical_g, sigmas: vertical_g / this.noise_g });
    }
  }

  noise(at_s) {
    const first = this.recent.findIndex(([then_s]) => then_s >= at_s - NOISE_WINDOW_S);
    this.recent.splice(0, first < 0 ? this.recent.length : first);
    if (this.recent.length < LEAST_NOISE_SAMPLES || at_s - this.recent[0][0] < LEAST_NOISE_S) return null;
    return Math.max(SIGMA_PER_MEDIAN * median(this.recent.map(([, vertical_g]) => vertical_g)), LEAST_NOISE_G);
  }

  keep(impact) {
    const last = this.found.at(-1);
    if (!last || impact.at_s - last.at_s > MERGE_S) this.found.push(impact);
    else if (impact.severity_g > last.severity_g) this.found[this.found.length - 1] = impact;
  }
}

function metresBetween(a, b) {
  const east = (b.lon - a.lon) * Math.cos((a.lat * Math.PI) / 180);
  return Math.hypot(east, b.lat - a.lat) * METRES_PER_DEGREE;
}

function octantFrom(a, b) {
  const bearing = Math.atan2((b.lon - a.lon) * Math.cos((a.lat * Math.PI) / 180), b.lat - a.lat);
  return (Math.round((bearing * 4) / Math.PI) + 8) % 8;
}

function speedBand(speed) {
  const mph = speed / MPH;
  if (mph < 20) return "under_20_mph";
  if (mph < 30) return "20_to_30_mph";
  return mph < 40 ? "30_to_40_mph" : "over_40_mph";
}

// One drive: where the phone was lies in memory only, and only until the drive ends.
class Drive {
  constructor(startCut_m, endCut_m) {
    this.detector = new Detector();
    this.fixes = [];
    this.cuts_m = [startCut_m, endCut_m];
  }

  move(at_s, lat, lon, speed) {
    const last = this.fixes.at(-1);
    const fix = { at_s, lat, lon, driven_m: 0, speed };
    if (last) {
      const step_m = metresBetween(last, fix);
      fix.driven_m = last.driven_m + step_m;
      if (speed === null && at_s > last.at_s) fix.speed = step_m / (at_s - last.at_s);
    }
    this.fixes.push(fix);
  }

  feel(at_s, felt) {
    const last = this.fixes.at(-1);
    this.detector.feel(at_s, felt, last ? last.speed : null);
  }

  // Where the phone was at a time between two fixes, and how it drove; null where no fix came before or none after.
  at(at_s) {
    const index = this.fixes.findLastIndex((fix) => fix.at_s <= at_s);
    const [before, after] = [this.fixes[index], this.fixes[index + 1]];
    if (!before || !after) return null;
    const share = (at_s - before.at_s) / (after.at_s - before.at_s);
    const between = (a, b) => a + share * (b - a);
    return {
      lat: between(before.lat, after.lat),
      lon: between(before.lon, after.lon),
      driven_m: between(before.driven_m, after.driven_m),
      speed: between(before.speed ?? after.speed, after.speed),
      octant: octantFrom(before, after),
    };
  }

  // What may be sent: impacts away from both ends of the drive, each a point, an hour and a few coarse words.
  reports(hourOf) {
    if (this.fixes.length < 2) return [];
    const first = this.fixes[0];
    const end = this.fixes.at(-1);
    const reports = [];
    for (const impact of this.detector.found) {
      const here = this.at(impact.at_s);
      if (!here) continue;
      const nearStart = here.driven_m < this.cuts_m[0] || impact.at_s - first.at_s < CUT_S;
      const nearEnd = end.driven_m - here.driven_m < this.cuts_m[1] || end.at_s - impact.at_s < CUT_S;
      if (nearStart || nearEnd) continue;
      reports.push({
        lat: Number(here.lat.toFixed(5)),
        lon: Number(here.lon.toFixed(5)),
        hour_start: hourOf(impact.at_s),
        severity_g: Math.min(16, Number(impact.severity_g.toFixed(2))),
        heading_octant: here.octant,
        speed_band: speedBand(here.speed),
        quality: Number(Math.min(1, impact.sigmas / THRESHOLD - 1).toFixed(2)),
      });
    }
    return reports;
  }
}

function randomCut_m() {
  return CUT_LEAST_M + CUT_MORE_M * (crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32);
}

// A number that this phone makes for itself; the server turns it into a token that changes each week.
function reporterNumber() {
  let number = localStorage.getItem("streets-reporter");
  if (!number) {
    number = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    localStorage.setItem("streets-reporter", number);
  }
  return number;
}

function shuffled(values) {
  const order = values.map((value) => [crypto.getRandomValues(new Uint32Array(1))[0], value]);
  return order.sort(([a], [b]) => a - b).map(([, value]) => value);
}

// Sends one report, waiting as long as the server asks; returns whether it was accepted.
async function sendOne(report) {
  const body = JSON.stringify({ ...report, reporter: reporterNumber() });
  const answer = await fetch("/v1/bumps", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  if (answer.status !== 429 && answer.status !== 503) return answer.status === 202;
  const wait_s = Number(answer.headers.get("Retry-After")) || 60;
  await new Promise((resolve) => setTimeout(resolve, wait_s * 1000));
  return sendOne(report);
}

class Recorder {
  constructor(page) {
    this.page = page;
    this.part = (name) => page.querySelector(`[data-part="${name}"]`);
    this.part("start").addEventListener("click", () => this.start());
    this.part("stop").addEventListener("click", () => this.stop());
    this.part("send").addEventListener("click", () => this.send());
    this.part("discard").addEventListener("click", () => this.show("ready"));
    this.onMotion = (event) => this.feel(event);
    this.show("ready");
    page.hidden = false;
  }

  show(state) {
    for (const section of this.page.querySelectorAll("[data-state]")) section.hidden = section.dataset.state !== state;
  }

  async start() {
    const asks = window.DeviceMotionEvent && DeviceMotionEvent.requestPermission;
    if (!window.DeviceMotionEvent || !navigator.geolocation) return this.show("impossible");
    if (asks && (await DeviceMotionEvent.requestPermission()) !== "granted") return this.show("impossible");
    this.drive = new Drive(randomCut_m(), randomCut_m());
    this.watch = navigator.geolocation.watchPosition(
      ({ coords }) => this.drive.move(performance.now() / 1000, coords.latitude, coords.longitude, coords.speed),
      () => this.fail(),
      { enableHighAccuracy: true, maximumAge: 0 },
    );
    window.addEventListener("devicemotion", this.onMotion);
    this.show("driving");
  }

  feel(event) {
    const { x, y, z } = event.accelerationIncludingGravity ?? {};
    if (x === null || x === undefined) return;
    this.drive.feel(performance.now() / 1000, [x, y, z].map((part) => part / STANDARD_GRAVITY_M_PER_S2));
  }

  halt() {
    navigator.geolocation.clearWatch(this.watch);
    window.removeEventListener("devicemotion", this.onMotion);
  }

  fail() {
    this.halt();
    this.show("impossible");
  }

  stop() {
    this.halt();
    const began_ms = Date.now() - performance.now();
    const hour_ms = 3600 * 1000;
    const hourOf = (at_s) => new Date(Math.floor((began_ms + at_s * 1000) / hour_ms) * hour_ms).toISOString().replace(".000Z", "Z");
    this.reports = this.drive.reports(hourOf);
    this.drive = null;
    if (!this.reports.length) return this.show("nothing");
    const rows = this.part("rows");
    rows.replaceChildren(...this.reports.map((report) => this.row(report)));
    this.show("review");
  }

  row(report) {
    const row = document.createElement("tr");
    row.className = "govuk-table__row";
    const words = [`${report.lat}, ${report.lon}`, report.hour_start, `${report.severity_g} g`];
    for (const word of words) {
      const cell = document.createElement("td");
      cell.className = "govuk-table__cell";
      cell.textContent = word;
      row.append(cell);
    }
    return row;
  }

  async send() {
    this.show("sending");
    const waiting = shuffled(this.reports);
    while (waiting.length) {
      this.part("left").textContent = String(waiting.length);
      try {
        if (!(await sendOne(waiting[0]))) return this.show("refused");
      } catch {
        this.reports = waiting;
        return this.show("unsent");
      }
      waiting.shift();
    }
    this.show("sent");
  }
}

const recorderPage = document.querySelector("[data-recorder]");
if (recorderPage) new Recorder(recorderPage);
