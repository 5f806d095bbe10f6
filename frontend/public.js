// The visitor's page, livelier. Without this file the same page works by its form alone.

import { follow } from "./visitor/visit.js";

follow(document, { toTop });
if (document.documentElement.classList.contains("embedded")) tellHeight();

function toTop() {
  scrollTo({ top: 0 });
  tellParent({ opmaat: "top" });
}

/* --- In a frame of another site --------------------------------------------------------------- */

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
