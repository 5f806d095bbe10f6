// The application's pages: htmx for parts of a page, Alpine (CSP build) for what lives only in the browser.
// Everything below improves pages that already work without it.
import Alpine from "@alpinejs/csp";
import focus from "@alpinejs/focus";
import sort from "@alpinejs/sort";
import htmx from "htmx.org";

import { answerClicks } from "./behaviours/clicks.js";
import { enhance } from "./behaviours/enhance.js";
import { reportTrouble } from "./behaviours/trouble.js";

document.documentElement.classList.add("js");

window.htmx = htmx;
window.Alpine = Alpine;
Alpine.plugin(focus);
Alpine.plugin(sort);

answerClicks(document);
reportTrouble(document.body);
enhance(document);
document.body.addEventListener("htmx:load", (event) => enhance(event.detail.elt));
document.body.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token) event.detail.headers["X-CSRFToken"] = token;
});

Alpine.start();
