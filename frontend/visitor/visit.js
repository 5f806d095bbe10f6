// One visit to one configurator, in a page of ours or within another's: choices, their price, and sending.
// Nothing is stored here, no cookie is set, and nobody but our own server is asked.

import { page as reckonerOf } from "../engine/changes.js";
import { answersOf, isWritten } from "./answers.js";
import { handInFiles } from "./files.js";
import { keepChoices } from "./keeping.js";
import { markup } from "./markup.js";
import { isNumber, isUnfinished, moveMark, stepBy } from "./numbers.js";
import { show, showDay, showErrors } from "./showing.js";
import { followSteps } from "./steps.js";
import { offerRemedies } from "./why_not.js";

const PRICE_DELAY = 100;
const RETRY_SECONDS = [2, 4, 8, 15, 30];
// A form that comes back sooner than a person could read it is suspected.
const FRESH_TOKEN_SECONDS = 3;

const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/**
 * Makes the form in ``root`` live: a document or a shadow root. ``tell(name, detail)`` hears what happens,
 * without anything personal; ``toTop`` brings the beginning into sight.
 */
export function follow(root, { tell = () => {}, toTop = () => {} } = {}) {
  const form = root.querySelector("form.sheet");
  if (!form) return;
  // Inside the builder the page belongs to a colleague who is signed in, and sends nothing.
  const isPreview = form.hasAttribute("data-preview");
  // About what it costs only our server says: nothing that it is reckoned with is here.
  const isRounded = form.hasAttribute("data-rounded");
  const field = (name) => form.elements.namedItem(name);

  form.addEventListener("input", changed);
  form.addEventListener("change", settled);
  form.addEventListener("click", clicked);
  form.addEventListener("keydown", pressed);
  form.addEventListener("submit", submitted);
  followSteps(root, form);

  /* --- What the visitor does ----------------------------------------------------------------- */

  function changed({ target }) {
    if (isNumber(target)) {
      if (isUnfinished(target)) return;
      moveMark(target);
    }
    const group = target.closest("[data-group]");
    if (target.type === "date") showDay(root, target, { settled: false });
    if (!group || isWritten(group)) return;
    tell("change", { group: group.dataset.group, answers: answersOf(form, { personal: false, shown: true }) });
    priceSoon();
  }

  function settled({ target }) {
    if (isNumber(target)) priceSoon(0);
    if (target.type === "date") showDay(root, target, { settled: true });
  }

  function clicked(event) {
    const stepper = event.target.closest("[data-step-by]");
    if (stepper) stepBy(stepper.parentElement.querySelector("input"), Number(stepper.dataset.stepBy));
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

  /* --- The price ----------------------------------------------------------------------------- */

  let sending = false;
  let timer;
  let asking;
  let reckoner;
  let total = form.querySelector("[data-total]")?.textContent;
  // What this page said last that it costs; the server compares it with its own, which counts.
  let shown;
  const offer = offerRemedies(form);
  const keeping = keepChoices(root, form, { ask, filled: () => priceSoon(0) });
  const files = handInFiles(form, { token: () => field("form.token"), isPreview });
  loadDefinition();

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
    if (reckoned() && !isRounded) drawSoon(delay);
    else timer = setTimeout(askPrice, delay);
  }

  /** Show what the answers come to, at once and without asking anybody; false where that cannot be. */
  function reckoned() {
    if (!reckoner) return false;
    try {
      const state = reckoner(answersOf(form, { personal: false }));
      if (isRounded) delete state.total;
      showState(state);
      // What was asked before knows less: its answer must not come last.
      asking?.abort();
      form.classList.toggle("stale", isRounded);
      return true;
    } catch {
      reckoner = undefined;
      return false;
    }
  }

  function showState(state) {
    show(root, state);
    offer(reckoner?.remedy);
    if (state.total !== total && state.total) tell("price", { total: state.total });
    total = state.total ?? total;
    shown = state.gross || undefined;
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
      const response = await ask(form.dataset.price, question.signal);
      if (response.ok) {
        showState(await response.json());
        form.classList.remove("stale");
        if (form.dataset.picture) await draw(question.signal);
      } else if (response.status === 429) {
        // It stays dimmed until there is one.
        timer = setTimeout(askPrice, 1000 * (Number(response.headers.get("Retry-After")) || 5));
      }
    } catch {
      // Asked anew, or out of reach: the last price stays, dimmed, and the server prices every submission itself.
    }
  }

  /** The picture comes after the price, which does not wait for it. */
  async function draw(signal) {
    const response = await ask(form.dataset.picture, signal);
    const picture = response.ok ? (await response.json()).drawing : "";
    if (picture) root.querySelector("[data-drawing]").innerHTML = markup(picture);
  }

  /** A question about the answers of this moment, on the version that this page shows. */
  function ask(address, signal) {
    const answers = answersOf(form, { personal: false });
    return fetch(address, post({ answers }, { signal, token: field("form.token").value }));
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

  /* --- Sending ------------------------------------------------------------------------------- */

  function submitted(event) {
    event.preventDefault();
    if (event.submitter?.value === "save") keeping.save();
    else if (!sending && !isPreview) send();
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
      answers: answersOf(form, { personal: true }),
      contact,
    };
  }

  async function send() {
    busy(true);
    say(form.dataset.sending);
    await files.arrived();
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
        showErrors(root, data.errors);
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

  function busy(now) {
    sending = now;
    for (const button of form.querySelectorAll("button[type=submit]")) button.setAttribute("aria-disabled", String(now));
  }

  function say(text, wrong = false) {
    for (const place of form.querySelectorAll(".state")) {
      place.textContent = text;
      place.hidden = !text;
      place.classList.toggle("wrong", wrong);
      if (text) place.scrollIntoView({ block: "nearest" });
    }
  }

  function sent(data) {
    const done = root.getElementById("done").content.cloneNode(true);
    done.querySelector("[data-reference]").textContent = data.reference;
    if (data.price) {
      done.querySelector("[data-told-price]").textContent = data.price;
      done.querySelector("[data-told]").hidden = false;
    }
    form.replaceWith(done);
    root.getElementById("done-title").focus({ preventScroll: true });
    toTop();
    tell("submit", {});
  }
}
