// <opmaat-configurator key="KEY" language="nl"><a href="https://…/c/KEY/">…</a></opmaat-configurator>
//
// The visitor's own page within another's: the same markup, style and behaviour in a shadow root. What stands
// between the tags is seen until it is there, and stays where it cannot be had: by a frame, or by that link.
// ``theme="accent:#0f4d43; radius:0"`` asks for another look, which is refused where it could not be read.
// Says ``ready``, ``change``, ``price`` and ``submit``, and never anything personal.

import { frameOf, pageOf } from "./visitor/frame.js";
import { markup } from "./visitor/markup.js";
import { follow } from "./visitor/visit.js";

const ORIGIN = new URL(import.meta.url).origin;
const ADDRESSES = ["href", "action", "formaction", "data-price", "data-picture", "data-definition", "data-save", "data-file"];

// build.py puts the style in the place of this name.
const style = sheet(STYLE);

class Configurator extends HTMLElement {
  static observedAttributes = ["key", "language", "theme"];

  /** What is under way: an answer to an earlier question comes too late. */
  #asked;

  connectedCallback() {
    if (this.shadowRoot) return; // moved about in its page: what was filled in stays
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [style];
    root.append(document.createElement("slot"));
    root.addEventListener("click", (event) => this.#clicked(event));
    this.#load();
  }

  attributeChangedCallback(_name, before, now) {
    if (this.shadowRoot && before !== now) this.#load();
  }

  get #key() {
    return this.getAttribute("key") ?? "";
  }

  /** As asked for, else as the page around it says; the server knows which ones there are. */
  get #language() {
    return (this.getAttribute("language") || this.closest("[lang]")?.lang || "").split("-")[0];
  }

  get #page() {
    return pageOf(ORIGIN, this.#key, this.#language);
  }

  async #load(address = this.#page) {
    const asked = (this.#asked = address);
    try {
      const response = await fetch(address, { credentials: "omit", referrerPolicy: "strict-origin" });
      const text = await response.text();
      const look = this.hasAttribute("theme") && (await this.#askedLook());
      if (asked === this.#asked) this.#show(new DOMParser().parseFromString(markup(text), "text/html"), address, look);
    } catch {
      if (asked === this.#asked) this.#fallBack();
    }
  }

  /** What the site wants otherwise about the theme, as far as our server finds it readable. */
  async #askedLook() {
    const parts = this.getAttribute("theme").split(";").map((part) => part.split(":").map((word) => word.trim()));
    const asked = new URLSearchParams(parts.filter(([name]) => name));
    const address = new URL(`theme/?${asked}`, this.#page);
    const response = await fetch(address, { credentials: "omit", referrerPolicy: "strict-origin" });
    if (response.ok) return (await response.text()).replace(":root", ".frame");
    console.warn("opmaat-configurator:", (await response.json()).message);
    return "";
  }

  #show(theirs, address, look) {
    const { lang, dataset } = theirs.documentElement;
    const page = document.createElement("section");
    page.className = "frame embedded";
    page.lang = lang;
    page.dataset.accent = dataset.accent;
    page.setAttribute("aria-label", theirs.title.trim());
    // Before it is of this page, which would look for our images among its own.
    for (const part of [theirs.body, ...[...theirs.querySelectorAll("template")].map(({ content }) => content)]) whole(part, address);
    // The site around it has a logo of its own.
    for (const logo of theirs.querySelectorAll("[data-logo]")) logo.replaceWith(logo.dataset.logo);
    page.append(...theirs.querySelectorAll("body > header, main > *"));
    for (const part of page.querySelectorAll("noscript")) part.remove();
    this.shadowRoot.adoptedStyleSheets = [style, sheet(look || `.frame{${dataset.look ?? ""}}`)];
    this.shadowRoot.replaceChildren(page);
    follow(this.shadowRoot, { tell: (...said) => this.#tell(...said), toTop: () => this.#toTop() });
    this.#tell("ready", { language: lang });
  }

  /** A frame takes the place of the link as soon as it has shown that it works here. */
  #fallBack() {
    const told = () => {
      if (!frame.previousElementSibling) return;
      frame.previousElementSibling.remove();
      frame.className = "";
      frame.inert = false;
      this.#tell("ready", { language: this.#language });
    };
    const frame = frameOf({ origin: ORIGIN, key: this.#key, language: this.#language, told });
    frame.className = "waiting";
    frame.inert = true;
    this.shadowRoot.replaceChildren(document.createElement("slot"), frame);
  }

  /** A place in the page is looked for in here, and another page of ours is shown here. */
  #clicked(event) {
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const target = link.getAttribute("href");
    if (target.startsWith("#")) {
      event.preventDefault();
      goTo(this.shadowRoot.getElementById(target.slice(1)));
    } else if (link.origin === ORIGIN && link.pathname === new URL(this.#page).pathname) {
      event.preventDefault();
      this.#load(link.href);
    }
  }

  #toTop() {
    if (this.getBoundingClientRect().top < 0) this.scrollIntoView();
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail: { key: this.#key, ...detail }, bubbles: true, composed: true }));
  }
}

function sheet(text) {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}

function goTo(place) {
  place?.scrollIntoView();
  place?.focus({ preventScroll: true });
}

/** Our addresses are ours, wherever the page is that they stand in. */
function whole(part, address) {
  for (const name of ADDRESSES) {
    for (const found of part.querySelectorAll(`[${name}]`)) {
      const value = found.getAttribute(name);
      if (!value.startsWith("#")) found.setAttribute(name, new URL(value, address));
    }
  }
  for (const image of part.querySelectorAll("img")) {
    const places = image.getAttribute("srcset").split(", ").map((place) => place.split(" "));
    image.setAttribute("src", new URL(image.getAttribute("src"), address));
    image.setAttribute("srcset", places.map(([where, width]) => `${new URL(where, address)} ${width}`).join(", "));
  }
}

if (!customElements.get("opmaat-configurator")) customElements.define("opmaat-configurator", Configurator);
