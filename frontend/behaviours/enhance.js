// What a freshly arrived piece of page needs once.

export function enhance(root) {
  keepTableRoles(root);
  disableOnSubmit(root);
  showChosen(root);
  focusErrors(root);
}

// Tables shown as cards lose their table semantics in browsers; say them in words.
function keepTableRoles(root) {
  const roles = { TABLE: "table", THEAD: "rowgroup", TBODY: "rowgroup", TR: "row", TD: "cell" };
  for (const table of root.querySelectorAll("table.table-cards")) {
    for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td, th")]) {
      const role = roles[part.tagName] ?? (part.scope === "row" ? "rowheader" : "columnheader");
      part.setAttribute("role", role);
    }
  }
}

const guarded = new WeakSet();

// A second press sends nothing; the server is safe against it anyway.
function disableOnSubmit(root) {
  for (const form of root.querySelectorAll('form[method="post"]:not([data-repeatable])')) {
    // The first page is announced twice: by us, and by htmx.
    if (guarded.has(form)) continue;
    guarded.add(form);
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent && !event.defaultPrevented) event.preventDefault();
      form.dataset.sent = "yes";
      setTimeout(() => delete form.dataset.sent, 4000);
    });
  }
}

function focusErrors(root) {
  root.querySelector("[data-errors]")?.focus();
}

// In a list or a row of tabs that scrolls for itself, what is open is in sight.
function showChosen(root) {
  for (const chosen of root.querySelectorAll(".lead-columns [aria-current], .tabs > [aria-current]")) {
    chosen.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}
