// From what stands in the fields to answers, as configurators/answers.py previews them.
//
// Nothing is refused: what cannot be used counts as the default and has an error beside it, so that the
// price keeps up with someone who is still typing. Free text is in no formula and is not looked at.

import { situation } from "./configuration.js";
import { compare, decimal, isMultiple, subtract, ZERO } from "./decimal.js";

const LONGEST = 40;
const TYPED = /^[+-]?0*[0-9]{1,12}(?:[.,][0-9]{0,6})?$/;

/** `errors` are by group `{code, …values}`; what is still missing is told as `required`. */
export function readAnswers(configuration, raw) {
  const [values, errors] = [{}, {}];
  for (const group of configuration.groups) {
    if (!group.computable || group.reckon) continue;
    let answer = null;
    try {
      answer = checked(group, raw[group.key]);
      if (group.required && isMissing(answer)) throw { code: "required" };
    } catch (error) {
      if (!error.code) throw error;
      errors[group.key] = error;
      answer = null;
    }
    if (answer === null || !(group.key in raw)) answer = defaultOf(group);
    if (answer !== null) values[group.key] = answer;
  }
  dropHidden(configuration, values, errors);
  return { values, errors };
}

const isMissing = (answer) => answer === null || answer === false || (answer instanceof Set && answer.size === 0);

/** A page posts everything: what a hidden group holds is no answer and no error. */
function dropHidden(configuration, values, errors) {
  const { visible } = situation(configuration, values);
  for (const [key, shown] of Object.entries(visible)) {
    if (shown) continue;
    delete values[key];
    delete errors[key];
  }
}

function defaultOf({ kind, default: given }) {
  if (kind === "multi") return new Set(given ?? []);
  if (kind === "number" || kind === "quantity") return given === null || given === undefined ? null : decimal(given);
  return given ?? null;
}

function checked(group, sent) {
  switch (group.kind) {
    case "multi":
      return chosen(group, sent ?? []);
    case "boolean":
      return sent === true;
    case "single":
      return sent ? option(group, sent) : null;
    default:
      return typed(group, sent ?? "");
  }
}

function option(group, key) {
  if (!group.options.some((each) => each.key === key)) throw { code: "not_an_option" };
  return key;
}

function chosen(group, keys) {
  const found = new Set(keys.map((key) => option(group, key)));
  const { min_choices: least, max_choices: most } = group;
  if (found.size !== keys.length) throw { code: "duplicate" };
  if (found.size && least && found.size < least) throw { code: "too_few", least };
  if (most && found.size > most) throw { code: "too_many", most };
  return found;
}

function typed(group, sent) {
  const text = sent.trim();
  if (!text) return null;
  if (text.length > LONGEST || !TYPED.test(text)) throw { code: "not_a_number", example: decimal("12.5") };
  const number = decimal(text.replace(/^\+/, "").replace(",", ".").replace(/\.$/, ""));
  const bound = (limit) => (limit === null || limit === undefined ? null : decimal(limit));
  const [least, most, step] = [bound(group.min), bound(group.max), bound(group.step)];
  if ((least && compare(number, least) < 0) || (most && compare(number, most) > 0)) {
    throw { code: least && most ? "out_of_bounds" : least ? "too_low" : "too_high", least, most };
  }
  if (group.kind === "quantity" && !isMultiple(number, decimal("1"))) throw { code: "not_whole" };
  if (step && step.steps && !isMultiple(subtract(number, least ?? ZERO), step)) {
    throw { code: "off_step", step, least: least ?? ZERO };
  }
  return number;
}
