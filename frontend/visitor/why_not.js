// Beside each option that cannot be chosen: the nearest way to have it, as a button that makes those choices.

import { answersOf } from "./answers.js";

const later = globalThis.requestIdleCallback ?? ((work) => setTimeout(work, 150));
const forget = globalThis.cancelIdleCallback ?? clearTimeout;

/** A function to call after each change, with what knows the remedies; it waits until the browser has time. */
export function offerRemedies(form) {
  let waiting;
  return (remedyOf) => {
    forget(waiting);
    for (const button of form.querySelectorAll("[data-remedy]")) button.remove();
    const cards = [...form.querySelectorAll(".unavailable[data-option]:not(:has(input:checked))")];
    if (!remedyOf || !cards.length) return;
    waiting = later(() => {
      const answers = answersOf(form, { personal: false });
      for (const card of cards) offer(form, card, answers, remedyOf);
    });
  };
}

function offer(form, card, answers, remedyOf) {
  const [group, option] = card.dataset.option.split(".");
  const remedy = remedyOf(answers, group, option);
  if (!remedy) return;
  const button = card.appendChild(document.createElement("button"));
  button.type = "button";
  button.className = "remedy";
  button.dataset.remedy = "";
  button.textContent = remedy.text;
  button.addEventListener("click", () => {
    const input = card.querySelector("input");
    for (const [key, answer] of Object.entries(remedy.answers)) answerWith(form, key, answer);
    input.disabled = false;
    input.checked = true;
    input.focus();
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function answerWith(form, key, answer) {
  const inputs = [...form.querySelectorAll(`[data-group="${key}"] input`)];
  for (const input of inputs) {
    if (input.type !== "radio" && input.type !== "checkbox") {
      input.value = answer;
      continue;
    }
    input.disabled = false;
    input.checked = typeof answer === "boolean" ? answer : [answer].flat().includes(input.value);
  }
}
