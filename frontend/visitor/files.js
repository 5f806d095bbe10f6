// Files of a request: each is sent as soon as it is chosen, and the form keeps nothing but a receipt.

/** ``token()`` is the field of the form's token; in a preview nothing is sent. */
export function handInFiles(form, { token, isPreview }) {
  const underWay = new Set();
  for (const group of form.querySelectorAll('[data-kind="file"]')) follow(group);
  return { arrived };

  /** When no file is under way any more, whatever became of it. */
  async function arrived() {
    while (underWay.size) await Promise.allSettled(underWay);
  }

  function follow(group) {
    const { input } = partsOf(group);
    input.classList.add("sends");
    for (const kept of group.querySelectorAll(".files li")) revive(group, kept);
    input.addEventListener("change", () => {
      for (const file of [...input.files]) add(group, file);
      input.value = "";
    });
  }

  /** One that the server's page shows as a box to tick gets the button that the others have. */
  function revive(group, item) {
    const box = item.querySelector("input");
    const [name, size] = [item.querySelector(".name").textContent, item.querySelector("small").textContent];
    const receipt = box.value;
    item.replaceWith(here(group, line(group, { name, size }), name, receipt));
  }

  function add(group, file) {
    const { list, input } = partsOf(group);
    const item = list.appendChild(line(group, { name: file.name, size: sizeOf(file.size, group) }));
    const { most, largest, tooLarge, tooMany } = group.dataset;
    // What was sent before with an error beside it takes no room.
    const taken = list.querySelectorAll("li:not(.refused)").length;
    if (taken > Number(most)) return refused(group, item, tooMany);
    if (file.size > Number(largest)) return refused(group, item, tooLarge);
    input.removeAttribute("aria-invalid");
    if (isPreview) return here(group, item, file.name, "");
    const sending = send(group, item, file).finally(() => underWay.delete(sending));
    underWay.add(sending);
  }

  async function send(group, item, file, { again = false } = {}) {
    const bar = item.querySelector("progress");
    bar.hidden = false;
    const upload = post(body(group, file), (part) => (bar.value = part));
    const stop = () => upload.abort();
    item.addEventListener("stop", stop, { once: true });
    const { status, data } = await upload.answer;
    bar.hidden = true;
    if (!item.isConnected) return status === 201 ? giveBack(group, data.receipt) : undefined;
    if (data?.token) token().value = data.token;
    if (data?.token && !again) return send(group, item, file, { again: true });
    if (status !== 201) return refused(group, item, data?.errors?.[group.dataset.group] ?? data?.message ?? group.dataset.failed);
    item.querySelector(".name").textContent = data.name;
    here(group, item, data.name, data.receipt);
    tell(group, group.dataset.here, data.name);
  }

  function body(group, file) {
    const data = new FormData();
    data.append(group.dataset.group, file, file.name);
    return data;
  }

  /** Progress of what is sent is known to nobody but this older way of asking. */
  function post(data, progressed = () => {}) {
    const request = new XMLHttpRequest();
    const answer = new Promise((resolve) => {
      request.upload.addEventListener("progress", ({ loaded, total }) => progressed(total ? loaded / total : 0));
      request.addEventListener("loadend", () => resolve({ status: request.status, data: request.response }));
      request.open("POST", form.dataset.file);
      request.responseType = "json";
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-Form-Token", token().value);
      request.send(data);
    });
    return { answer, abort: () => request.abort() };
  }

  function line(group, { name, size }) {
    const item = document.createElement("li");
    const words = item.appendChild(document.createElement("span"));
    words.className = "words";
    words.appendChild(Object.assign(document.createElement("span"), { className: "name", textContent: name }));
    words.append(" ", Object.assign(document.createElement("small"), { textContent: size }));
    const bar = item.appendChild(document.createElement("progress"));
    bar.hidden = true;
    bar.setAttribute("aria-label", `${name}: ${group.dataset.sending}`);
    const button = item.appendChild(document.createElement("button"));
    Object.assign(button, { type: "button", className: "remove", textContent: group.dataset.remove });
    button.setAttribute("aria-label", filled(group.dataset.removeName, name));
    button.addEventListener("click", () => remove(group, item));
    return item;
  }

  function here(group, item, name, receipt) {
    const field = item.appendChild(document.createElement("input"));
    Object.assign(field, { type: "hidden", name: group.dataset.group, value: receipt });
    return item;
  }

  function refused(group, item, text) {
    item.classList.add("refused");
    item.appendChild(Object.assign(document.createElement("p"), { className: "error", textContent: text }));
    say(group, `${item.querySelector(".name").textContent}: ${text}`);
  }

  function remove(group, item) {
    const receipt = item.querySelector("input")?.value;
    const name = item.querySelector(".name").textContent;
    item.remove();
    item.dispatchEvent(new Event("stop"));
    if (receipt) giveBack(group, receipt);
    tell(group, group.dataset.removed, name);
    partsOf(group).input.focus();
  }

  /** What nobody asks for any more is erased at once; where that fails, within the day. */
  function giveBack(group, receipt) {
    const headers = { "Content-Type": "application/json", "X-Form-Token": token().value };
    const body = JSON.stringify({ remove: receipt });
    fetch(form.dataset.file, { method: "POST", headers, body, credentials: "omit", keepalive: true }).catch(() => {});
  }
}

const partsOf = (group) => ({
  list: group.querySelector(".files"),
  input: group.querySelector('input[type="file"]'),
  news: group.querySelector("[data-file-news]"),
});

const filled = (text, name) => text.replace("{name}", () => name);

const tell = (group, text, name) => say(group, filled(text, name));

function say(group, text) {
  partsOf(group).news.textContent = text;
}

function sizeOf(bytes, group) {
  const language = group.closest("[lang]")?.lang;
  const [size, unit] = bytes < 1024 ** 2 ? [bytes / 1024, "kB"] : [bytes / 1024 ** 2, "MB"];
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(size)} ${unit}`;
}
