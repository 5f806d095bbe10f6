// Saving by itself: soon after the last change, again when it failed, and never over another's work.

const DELAY = 600;
const RETRIES = [2, 4, 8, 15, 30];

/**
 * Keeps one draft saved. `tell(state)` hears {name, at?, message?}, where the name is one of
 * saved, waiting, saving, retrying, refused, conflict; `answered(problems, definition)` hears the checker.
 */
export class Saver {
  constructor({ url, revision, definition, tell, answered }) {
    Object.assign(this, { url, revision, tell, answered });
    this.stored = this.wanted = definition;
    this.timer = 0;
    this.failures = 0;
    this.busy = false;
    this.halted = false;
    addEventListener("online", () => this.failures && this.flush());
    addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
    });
  }

  get dirty() {
    return this.wanted !== this.stored;
  }

  want(definition) {
    this.wanted = definition;
    if (this.halted) return;
    if (!this.dirty) return this.tell({ name: "saved" });
    if (!this.failures) this.tell({ name: "waiting" });
    this.later(DELAY);
  }

  later(delay) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), delay);
  }

  /** Saves now; resolves to whether everything is stored. */
  async flush() {
    clearTimeout(this.timer);
    if (this.halted) return false;
    if (this.busy) {
      await this.busy;
      return this.flush();
    }
    if (!this.dirty) return true;
    this.busy = this.send(this.wanted);
    await this.busy;
    this.busy = null;
    if (this.dirty && !this.failures && !this.halted) this.later(DELAY);
    return !this.dirty;
  }

  async send(definition) {
    if (!this.failures) this.tell({ name: "saving" });
    const answer = await this.put(definition);
    if (answer.status === 200 && answer.data) return this.accept(definition, answer.data);
    if (answer.status === 409) return this.halt({ name: "conflict", revision: answer.data?.revision });
    if (answer.status === 422 || answer.status === 413) {
      return this.halt({ name: "refused", message: answer.data?.message });
    }
    if (answer.status === 403 && this.failures === 0) await this.renewToken();
    this.failures += 1;
    this.tell({ name: "retrying", signedOut: answer.signedOut });
    this.later(RETRIES[Math.min(this.failures, RETRIES.length) - 1] * 1000);
  }

  accept(definition, { revision, problems }) {
    this.failures = 0;
    this.revision = revision;
    this.stored = definition;
    this.tell(this.dirty ? { name: "waiting" } : { name: "saved", at: new Date(), fresh: true });
    this.answered(problems, definition);
  }

  halt(state) {
    // What was refused once is tried again only when it changed; a conflict waits for a decision.
    this.halted = state.name === "conflict";
    this.failures = 0;
    this.tell(state);
  }

  /** Goes on from what another editor saved. */
  resume({ revision, definition }) {
    this.halted = false;
    this.failures = 0;
    this.revision = revision;
    this.stored = this.wanted = definition;
    this.tell({ name: "saved", at: new Date() });
  }

  async put(definition) {
    try {
      const response = await fetch(this.url, {
        method: "PUT",
        redirect: "manual",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token().content },
        body: JSON.stringify({ definition, revision: this.revision }),
      });
      const signedOut = response.type === "opaqueredirect" || response.status === 401;
      return { status: response.status, signedOut, data: await response.json().catch(() => null) };
    } catch {
      return { status: 0 };
    }
  }

  /** Who signed in again in another tab has a new token; the page itself carries it. */
  async renewToken() {
    try {
      const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
      const fresh = page.querySelector('meta[name="csrf-token"]');
      if (fresh) token().content = fresh.content;
    } catch {
      // The next try finds out.
    }
  }
}

const token = () => document.querySelector('meta[name="csrf-token"]');
