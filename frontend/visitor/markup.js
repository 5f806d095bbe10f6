// Markup of our own server as text: a page that demands Trusted Types gets it as one of a policy of ours.

let policy;

export function markup(text) {
  policy ??= globalThis.trustedTypes?.createPolicy("opmaat", { createHTML: (ours) => ours });
  return policy ? policy.createHTML(text) : text;
}
