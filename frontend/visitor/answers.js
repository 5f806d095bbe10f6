// What stands in the form, group by group.

/** Answers in words, and files, cost nothing and may say who somebody is. */
const WRITTEN = new Set(["text", "date", "file"]);
export const isWritten = ({ dataset: { kind } }) => WRITTEN.has(kind);

function answerOf(group) {
  const inputs = [...group.querySelectorAll("input, textarea")].filter((input) => !input.disabled);
  const chosen = inputs.filter((input) => input.checked);
  switch (group.dataset.kind) {
    case "single":
      return chosen[0]?.value;
    case "multi":
      return chosen.map((input) => input.value);
    case "file":
      return inputs.filter((input) => input.type === "hidden" || input.checked).map((input) => input.value);
    case "boolean":
      return chosen.length > 0;
    case "date":
      // Half a date has no value; the server says what is wrong with one that is none.
      return inputs[0]?.validity.badInput ? "?" : inputs[0]?.value || undefined;
    default:
      return inputs[0]?.value.trim() || undefined;
  }
}

/** ``personal: false`` leaves out whatever somebody may have written about themselves, ``shown`` what nobody sees. */
export function answersOf(form, { personal, shown = false }) {
  const found = {};
  for (const group of form.querySelectorAll("[data-group]")) {
    if ((isWritten(group) && !personal) || (shown && group.hidden)) continue;
    const answer = answerOf(group);
    if (answer !== undefined) found[group.dataset.group] = answer;
  }
  return found;
}
