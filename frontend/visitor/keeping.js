// Choices for another time: behind a link that the server keeps, or in the address itself, which nobody keeps.

import { answersOf, isWritten } from "./answers.js";

const MARK = "#c=";

/** ``ask(address)`` sends the answers of this moment; ``filled()`` hears that others were brought back. */
export function keepChoices(root, form, { ask, filled }) {
  const [message, link, copy] = ["[data-kept-message]", "[data-kept-url]", "[data-copy-choices]"].map((part) => form.querySelector(part));
  bringBack();
  if (!link) return { save() {} };
  copy.hidden = false;
  copy.addEventListener("click", () => show(`${pageOf(form.action)}${MARK}${packed(answersOf(form, { personal: false }))}`));
  return { save };

  async function save() {
    try {
      const response = await ask(form.dataset.save);
      const { url = "", message: said } = await response.json();
      await show(url, said);
    } catch {
      message.textContent = form.dataset.unreachable;
    }
  }

  async function show(url, said = "") {
    link.value = url;
    link.hidden = !url;
    const copied = url && (await navigator.clipboard?.writeText(url).then(() => true, () => false));
    const help = url && (copied ? form.dataset.copied : form.dataset.copyIt);
    message.textContent = `${said} ${help}`.trim();
    if (url && !copied) link.select();
  }

  function bringBack() {
    if (root !== document || !location.hash.startsWith(MARK)) return;
    const found = unpacked(location.hash.slice(MARK.length));
    if (!found) return;
    const isWhole = Object.entries(found).map(([key, answer]) => fill(form, key, answer)).every(Boolean);
    const place = form.querySelector(".brought");
    place.querySelector("p").textContent = isWhole ? form.dataset.brought : form.dataset.broughtSome;
    place.hidden = false;
    filled();
  }
}

/** Our own page of this configurator, whatever page the form stands in. */
function pageOf(action) {
  const url = new URL(action);
  url.searchParams.delete("embed");
  return url.href;
}

const packed = (answers) =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify(answers)))).replace(/[+/=]/g, (sign) => ({ "+": "-", "/": "_" })[sign] ?? "");

function unpacked(text) {
  try {
    const bytes = atob(text.replace(/[-_]/g, (sign) => ({ "-": "+", _: "/" })[sign]));
    const found = JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (one) => one.charCodeAt(0))));
    return found && typeof found === "object" && !Array.isArray(found) ? found : null;
  } catch {
    return null;
  }
}

/** Puts one answer in its place; false where there is none for it. */
function fill(form, key, answer) {
  const group = form.querySelector(`[data-group="${CSS.escape(key)}"]`);
  if (!group || isWritten(group)) return false;
  const inputs = [...group.querySelectorAll("input")];
  if (!inputs.length) return false;
  // What cannot be chosen now may be, once everything is filled in.
  for (const input of inputs) input.disabled = false;
  switch (group.dataset.kind) {
    case "single":
    case "multi": {
      const wanted = [answer].flat();
      const known = wanted.filter((value) => inputs.some((input) => input.value === value));
      // Of what there is no more, nothing is made: what stood there stays.
      if (known.length || !wanted.length) for (const input of inputs) input.checked = known.includes(input.value);
      return known.length === wanted.length;
    }
    case "boolean":
      inputs[0].checked = answer === true;
      return true;
    default:
      inputs[0].value = String(answer);
      return true;
  }
}
