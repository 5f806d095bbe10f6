// The visitor's page, livelier. Without this file the same page works by its form alone.
// Nothing is stored here, no cookie is set, and nobody but our own server is asked.

import { page as reckonerOf } from "./engine/changes.js";

const PRICE_DELAY = 100;
const RETRY_SECONDS = [2, 4, 8, 15, 30];
// A form that comes back sooner than a person could read it is suspected.
const FRESH_TOKEN_SECONDS = 3;

const form = document.querySelector("form.sheet");
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);
const field = (name) => form.elements.namedItem(name);
// Inside the builder the page belongs to a colleague who is signed in, and sends nothing.
const isPreview = form?.hasAttribute("data-preview");

if (form) {
  form.addEventListener("input", changed);
  form.addEventListener("change", settled);
  form.addEventListener("click", clicked);
  form.addEventListener("keydown", pressed);
  form.addEventListener("submit", submitted);
  followSteps();
  loadDefinition();
}
if (document.documentElement.classList.contains("embedded")) tellHeight();

/* --- Answers -------------------------------------------------------------------------------- */

function answerOf(group) {
  const inputs = all("input, textarea", group).filter((input) => !input.disabled);
  const chosen = inputs.filter((input) => input.checked);
  switch (group.dataset.kind) {
    case "single":
      return chosen[0]?.value;
    case "multi":
      return chosen.map((input) => input.value);
    case "boolean":
      return chosen.length > 0;
    default:
      return inputs[0]?.value.trim() || undefined;
  }
}

function answers({ personal }) {
  const found = {};
  for (const group of all("[data-group]", form)) {
    if (group.dataset.kind === "text" && !personal) continue;
    const answer = answerOf(group);
    if (answer !== undefined) found[group.dataset.group] = answer;
  }
  return found;
}

/* --- Numbers: − and +, arrow keys, and the mark on the scale ---------------------------------- */

const parsed = (text) => Number(text.replace(",", "."));
const written = (number) =>
  document.documentElement.lang === "en" ? String(number) : String(number).replace(".", ",");

function stepBy(input, direction) {
  const { min, max, step } = input.dataset;
  const size = Number(step) || 1;
  const low = min === undefined ? -Infinity : Number(min);
  const high = max === undefined ? Infinity : Number(max);
  const from = input.value.trim() === "" ? NaN : parsed(input.value);
  const base = Number.isFinite(low) ? low : 0;
  const steps = (from - base) / size;
  const next = Number.isNaN(from)
    ? base
    : base + size * (direction > 0 ? Math.floor(steps + 1e-9) + 1 : Math.ceil(steps - 1e-9) - 1);
  input.value = written(Math.round(Math.min(high, Math.max(low, next)) * 1e6) / 1e6);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}

function moveMark(input) {
  const mark = one(".scale svg", input.closest("[data-group]"));
  const [low, high, now] = [Number(input.dataset.min), Number(input.dataset.max), parsed(input.value)];
  if (mark && now >= low && now <= high) mark.setAttribute("x", `${((now - low) / (high - low)) * 100}%`);
}

/* --- What the visitor does ------------------------------------------------------------------- */

const isNumber = (input) => Boolean(input.inputMode);

/** Half a number is not worth a price, nor a remark. */
function isUnfinished(input) {
  const { min = -Infinity, max = Infinity } = input.dataset;
  const number = input.value.trim() === "" ? NaN : parsed(input.value);
  return !(number >= Number(min) && number <= Number(max));
}

function changed({ target }) {
  if (isNumber(target)) {
    if (isUnfinished(target)) return;
    moveMark(target);
  }
  const group = target.closest("[data-group]");
  if (group && group.dataset.kind !== "text") priceSoon();
}

function settled({ target }) {
  if (isNumber(target)) priceSoon(0);
}

function clicked(event) {
  const stepper = event.target.closest("[data-step-by]");
  if (stepper) stepBy(one("input", stepper.parentElement), Number(stepper.dataset.stepBy));
}

function pressed(event) {
  const { target, key } = event;
  if (key === "Enter" && target.matches(".steps .group input")) {
    event.preventDefault();
    priceSoon(0);
  }
  if ((key === "ArrowUp" || key === "ArrowDown") && target.matches(".stepper input")) {
    event.preventDefault();
    stepBy(target, key === "ArrowUp" ? 1 : -1);
  }
}

/* --- The price ------------------------------------------------------------------------------- */

let timer;
let asking;
let reckoner;
// What this page said last that it costs; the server compares it with its own, which counts.
let shown;

/** Until it is here, and where it cannot be used, the server is asked. It reckons anew whatever is sent. */
async function loadDefinition() {
  if (!form.dataset.definition) return;
  try {
    const response = await fetch(form.dataset.definition, { credentials: "omit" });
    if (response.ok) reckoner = reckonerOf(await response.json());
  } catch {
    // An older browser, or no connection just now.
  }
}

function priceSoon(delay = PRICE_DELAY) {
  clearTimeout(timer);
  if (reckoned()) drawSoon(delay);
  else timer = setTimeout(askPrice, delay);
}

/** Show what the answers come to, at once and without asking anybody; false where that cannot be. */
function reckoned() {
  if (!reckoner) return false;
  try {
    show(reckoner(answers({ personal: false })));
    // What was asked before knows less: its answer must not come last.
    asking?.abort();
    form.classList.remove("stale");
    return true;
  } catch {
    reckoner = undefined;
    return false;
  }
}

function drawSoon(delay) {
  if (!form.dataset.picture) return;
  timer = setTimeout(async () => {
    asking?.abort();
    const question = (asking = new AbortController());
    await draw(question.signal).catch(() => {});
  }, delay);
}

async function askPrice() {
  asking?.abort();
  const question = (asking = new AbortController());
  form.classList.add("stale");
  try {
    const response = await fetch(
      form.dataset.price,
      post({ answers: answers({ personal: false }) }, { signal: question.signal, token: field("form.token").value }),
    );
    if (response.ok) {
      show(await response.json());
      if (form.dataset.picture) await draw(question.signal);
    }
  } catch {
    // Asked anew, or out of reach: the last price stays, dimmed, and the server prices every submission itself.
  }
  if (asking === question && !question.signal.aborted) form.classList.toggle("stale", false);
}

/** The picture comes after the price, which does not wait for it. */
async function draw(signal) {
  const response = await fetch(
    form.dataset.picture,
    post({ answers: answers({ personal: false }) }, { signal, token: field("form.token").value }),
  );
  const picture = response.ok ? (await response.json()).drawing : "";
  if (picture) one("[data-drawing]").innerHTML = picture;
}

function post(body, { signal, token } = {}) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  // The price of the version that this page shows, whatever was published since.
  if (token) headers["X-Form-Token"] = token;
  return {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    credentials: isPreview ? "same-origin" : "omit",
    cache: "no-store",
    signal,
  };
}

function show(state) {
  setHidden("[data-group]", "group", state.hidden);
  setHidden("[data-step]", "step", state.hidden_steps);
  for (const card of all("[data-option]")) showOption(card, state.options[card.dataset.option]);
  for (const group of all("[data-group]")) showNotice(group.dataset.group, state.notices[group.dataset.group]);
  for (const place of all("[data-total]")) place.textContent = state.total;
  for (const place of all("[data-vat]")) place.textContent = state.vat;
  shown = state.gross || undefined;
  const lines = one("[data-lines]");
  if (lines) lines.replaceChildren(...state.lines.map(lineOf));
  const spoken = one("[data-spoken]");
  if (spoken && spoken.textContent !== state.spoken) spoken.textContent = state.spoken;
}

function setHidden(selector, name, hidden) {
  for (const part of all(selector)) part.hidden = hidden.includes(part.dataset[name]);
}

function showOption(card, state) {
  if (!state) return;
  const input = one("input", card);
  const price = one(".price", card);
  const reason = one(".reason", card);
  if (price) price.textContent = state.price;
  reason.textContent = state.reason;
  reason.hidden = !state.reason;
  card.classList.toggle("unavailable", Boolean(state.reason));
  input.disabled = Boolean(state.reason) && !input.checked;
}

function lineOf([name, note, amount]) {
  const line = document.createElement("li");
  const words = line.appendChild(document.createElement("span"));
  const title = words.appendChild(document.createElement("span"));
  title.className = "name";
  title.textContent = name;
  if (note) {
    words.append(" ");
    words.appendChild(document.createElement("small")).textContent = note;
  }
  const figure = line.appendChild(document.createElement("span"));
  figure.className = "amount";
  figure.textContent = amount;
  return line;
}

/* --- Errors ---------------------------------------------------------------------------------- */

const idOf = (name) => name.replaceAll(".", "-");

function showNotice(name, text = "") {
  const place = document.getElementById(`error-${idOf(name)}`);
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
  for (const input of all(`:is(input, textarea)[aria-describedby~="${place.id}"]`)) {
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

function showErrors(errors) {
  for (const place of all(".error", form)) showNotice(place.id.slice("error-".length));
  const summary = one(".summary");
  const items = Object.entries(errors).map(([name, text]) => {
    showNotice(name, text);
    const item = document.createElement("li");
    const target = document.getElementById(`field-${idOf(name)}`);
    const words = item.appendChild(document.createElement(target ? "a" : "span"));
    words.textContent = text;
    if (target) words.href = `#${target.id}`;
    return item;
  });
  one("ul", summary).replaceChildren(...items);
  summary.hidden = items.length === 0;
  if (items.length) summary.focus();
}

/* --- Sending --------------------------------------------------------------------------------- */

let sending = false;

function submitted(event) {
  event.preventDefault();
  if (!sending && !isPreview) send();
}

function everything() {
  const contact = {};
  for (const name of ["name", "email", "phone"]) contact[name] = field(`contact.${name}`).value;
  return {
    token: field("form.token").value,
    website: field("form.website").value,
    marketing: field("form.marketing").checked,
    // A dimmed price is none that the page stands for.
    shown: form.classList.contains("stale") ? undefined : shown,
    answers: answers({ personal: true }),
    contact,
  };
}

async function send() {
  busy(true);
  say(form.dataset.sending);
  let renewed = false;
  for (let attempt = 0; ; ) {
    const { status, wait, data } = await attemptToSend();
    if (status === 201) return sent(data);
    if (data?.token) field("form.token").value = data.token;
    if (data?.code === "token_expired" && !renewed) {
      renewed = true;
      await pause(FRESH_TOKEN_SECONDS);
      continue;
    }
    if (status === 0 || status === 503) {
      if (attempt < RETRY_SECONDS.length) {
        say(form.dataset.retrying, true);
        await pause(Math.max(RETRY_SECONDS[attempt++], wait));
        continue;
      }
      say(form.dataset.unreachable, true);
    } else if (data?.errors) {
      say("");
      showErrors(data.errors);
    } else {
      say(data?.message || form.dataset.unreachable, true);
    }
    return busy(false);
  }
}

/** One try. The token carries the submission's key, so that trying again never makes a second lead. */
async function attemptToSend() {
  try {
    const response = await fetch(form.action, post(everything()));
    const wait = Math.min(60, Number(response.headers.get("Retry-After")) || 0);
    return { status: response.status, wait, data: await response.json().catch(() => null) };
  } catch {
    return { status: 0, wait: 0, data: null };
  }
}

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

function busy(now) {
  sending = now;
  for (const button of all("button[type=submit]", form)) button.setAttribute("aria-disabled", String(now));
}

function say(text, wrong = false) {
  for (const place of all(".state")) {
    place.textContent = text;
    place.hidden = !text;
    place.classList.toggle("wrong", wrong);
    if (text) place.scrollIntoView({ block: "nearest" });
  }
}

function sent(data) {
  const done = one("#done").content.cloneNode(true);
  one("[data-reference]", done).textContent = data.reference;
  form.replaceWith(done);
  const title = one("#done-title");
  title.focus();
  scrollTo({ top: 0 });
  tellParent({ opmaat: "top" });
}

/* --- The steps on the dimension line ---------------------------------------------------------- */

function followSteps() {
  const links = all(".dimension a");
  const steps = links.map((link) => document.getElementById(link.hash.slice(1)));
  const seen = new Set();
  const mark = (current) =>
    links.forEach((link, index) => {
      const item = link.parentElement;
      item.classList.toggle("passed", index < current);
      item.classList.toggle("current", index === current);
      if (index === current) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
  const watcher = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) seen[entry.isIntersecting ? "add" : "delete"](entry.target);
      const current = steps.findIndex((step) => seen.has(step));
      if (current >= 0) mark(current);
    },
    { rootMargin: "-30% 0px -60% 0px" },
  );
  steps.forEach((step) => watcher.observe(step));
  form.addEventListener("focusin", ({ target }) => {
    const current = steps.indexOf(target.closest("[data-step]"));
    if (current >= 0) mark(current);
  });
}

/* --- Within another site ---------------------------------------------------------------------- */

function tellHeight() {
  let told = 0;
  new ResizeObserver(() => {
    const height = Math.ceil(document.body.getBoundingClientRect().height / 16) * 16;
    if (height !== told) tellParent({ opmaat: "height", height: (told = height) });
  }).observe(document.body);
}

/** Speaks only to a site that the organisation listed; where the browser hides which, each is tried. */
function tellParent(message) {
  const listed = (document.documentElement.dataset.parents || "").split(" ").filter(Boolean);
  if (window.parent === window || !listed.length) return;
  const parent = location.ancestorOrigins?.[0] || (document.referrer && new URL(document.referrer).origin);
  for (const origin of listed.includes(parent) ? [parent] : listed) window.parent.postMessage(message, origin);
}
