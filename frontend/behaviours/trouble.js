// A request that failed says so, in the page's own words, instead of nothing happening.

export function reportTrouble(body) {
  body.addEventListener("htmx:sendError", () => show("offline"));
  body.addEventListener("htmx:timeout", () => show("offline"));
  body.addEventListener("htmx:responseError", (event) => {
    const xhr = event.detail.xhr;
    show("trouble", xhr.getResponseHeader("X-Request-Id"));
  });
}

function show(name, id) {
  const template = document.getElementById(`toast-${name}`);
  const place = document.getElementById("toast");
  if (!template || !place) return;
  const toast = template.content.cloneNode(true);
  const slot = toast.querySelector("[data-error-id]");
  if (slot && id) slot.textContent = id;
  place.replaceChildren(toast);
  setTimeout(() => place.replaceChildren(), 12000);
}
