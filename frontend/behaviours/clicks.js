// Dialogs, copying and menus, by one listener each for the whole document.

const ACTIONS = {
  // <a href="/confirm" data-dialog="erase"> opens <dialog id="erase">; without it, the link is followed.
  dialog(opener, event) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (!(dialog instanceof HTMLDialogElement)) return;
    event.preventDefault();
    dialog.showModal();
  },
  close(closer, event) {
    const dialog = closer.closest("dialog");
    if (!dialog) return;
    event.preventDefault();
    dialog.close();
  },
  async copy(button) {
    const source = document.getElementById(button.dataset.copy);
    const text = source ? (source.value ?? source.textContent).trim() : "";
    try {
      await navigator.clipboard.writeText(text);
      say(button.dataset.copied);
    } catch {
      select(source);
    }
  },
  reveal(button) {
    const input = document.getElementById(button.dataset.reveal);
    const shown = input.type === "text";
    input.type = shown ? "password" : "text";
    button.setAttribute("aria-pressed", String(!shown));
  },
  print() {
    window.print();
  },
};

export function answerClicks(root) {
  root.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    closeMenus(root, event.target);
    for (const [name, act] of Object.entries(ACTIONS)) {
      const element = event.target.closest(`[data-${name}]`);
      if (element) act(element, event);
    }
    if (event.target.matches("dialog.dialog")) event.target.close();
  });
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leaveMenu(event.target);
    if (event.key === "/" && !isTyping(event.target)) focusSearch(root, event);
  });
  root.addEventListener("change", (event) => {
    if (event.target.matches("[data-submit-on-change]")) event.target.form.requestSubmit();
  });
}

export function say(text) {
  const region = document.getElementById("said");
  if (region && text) region.textContent = text;
}

function closeMenus(root, target) {
  for (const menu of root.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
}

function leaveMenu(target) {
  const menu = target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

function focusSearch(root, event) {
  const search = root.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
}

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

function select(source) {
  if (!source) return;
  if (source.select) source.select();
  else getSelection().selectAllChildren(source);
}
