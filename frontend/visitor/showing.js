// What a page shows of its answers: prices, reasons, what is hidden, what is wrong.

const PAUSE_MILLISECONDS = 600;
/** What waits to be said, by the place that is read aloud. */
const pauses = new WeakMap();

const all = (root, selector) => [...root.querySelectorAll(selector)];

/** ``state`` is what the engine and the server's price both give; without a total the price stays as it is. */
export function show(root, state) {
  setHidden(root, "[data-group]", "group", state.hidden);
  setHidden(root, "[data-step]", "step", state.hidden_steps);
  for (const group of all(root, "[data-required-if]")) showRequired(group, state.required.includes(group.dataset.group));
  for (const item of all(root, "[data-item]")) item.hidden = !item.querySelector("[data-group]:not([hidden])");
  for (const card of all(root, "[data-option]")) showOption(card, state.options[card.dataset.option]);
  for (const { dataset } of all(root, "[data-group]")) {
    if (dataset.kind !== "date") showNotice(root, dataset.group, state.notices[dataset.group]);
    showRemark(root, dataset.group, state.remarks[dataset.group]);
  }
  for (const layer of all(root, "[data-layer]")) layer.hidden = !state.layers.includes(layer.dataset.layer);
  for (const place of all(root, "[data-value]")) place.textContent = state.values[place.dataset.value];
  if (state.total !== undefined) showPrice(root, state);
}

function showPrice(root, state) {
  for (const place of all(root, "[data-total]")) place.textContent = state.total;
  for (const place of all(root, "[data-vat]")) place.textContent = state.vat;
  const lines = root.querySelector("[data-lines]");
  if (lines) lines.replaceChildren(...state.lines.map(lineOf));
  const spoken = root.querySelector("[data-spoken]");
  if (spoken) say(spoken, state.spoken);
}

/** A screen reader says a price when nobody types for a moment: once, and not for each digit. */
function say(place, text) {
  clearTimeout(pauses.get(place));
  const speak = () => {
    if (place.textContent !== text) place.textContent = text;
  };
  pauses.set(place, setTimeout(speak, PAUSE_MILLISECONDS));
}

function setHidden(root, selector, name, hidden) {
  for (const part of all(root, selector)) part.hidden = hidden.includes(part.dataset[name]);
}

/** Said by the field itself to who cannot see; of several choices the words beside the question say it. */
function showRequired(group, required) {
  const mark = group.querySelector(".optional");
  if (mark) mark.hidden = required;
  const place = group.matches("[aria-required]") ? group : group.querySelector("[aria-required]");
  place?.setAttribute("aria-required", required);
}

function showOption(card, state) {
  if (!state) return;
  const input = card.querySelector("input");
  const price = card.querySelector(".price");
  const reason = card.querySelector(".reason");
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

function showNotice(root, name, text = "") {
  const place = root.getElementById(`error-${idOf(name)}`);
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
  for (const input of all(root, `:is(input, textarea)[aria-describedby~="${place.id}"]`)) {
    if (text) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }
}

/** A date is looked at beside its field: the engine knows no today. Half a date is none yet. */
export function showDay(root, input, { settled }) {
  if (input.value.startsWith("0")) return; // a year of which the first digit was typed
  const { badInput, rangeUnderflow, rangeOverflow } = input.validity;
  const { notDate, tooEarly, tooLate } = input.dataset;
  const text = badInput ? notDate : rangeUnderflow ? tooEarly : rangeOverflow ? tooLate : "";
  if (settled || !text) showNotice(root, input.name, text);
}

/** What a visitor is warned about, and may leave as it is. */
function showRemark(root, name, text = "") {
  const place = root.getElementById(`remark-${idOf(name)}`);
  if (!place) return;
  if (place.textContent !== text) place.textContent = text;
  place.hidden = !text;
}

/** Each beside its field, and all of them in the summary, which takes the focus. */
export function showErrors(root, errors) {
  for (const place of all(root, "form .error")) showNotice(root, place.id.slice("error-".length));
  const summary = root.querySelector(".summary");
  const items = Object.entries(errors).map(([name, text]) => {
    showNotice(root, name, text);
    const item = document.createElement("li");
    const target = root.getElementById(`field-${idOf(name)}`);
    const words = item.appendChild(document.createElement(target ? "a" : "span"));
    words.textContent = text;
    if (target) words.href = `#${target.id}`;
    return item;
  });
  summary.querySelector("ul").replaceChildren(...items);
  summary.hidden = items.length === 0;
  if (items.length) summary.focus();
}
