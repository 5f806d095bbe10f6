// Which options go together, as configurators/constraints.py has it: what cannot be chosen now and why.

import { codeOf } from "./decimal.js";
import { isSomething } from "./pricing.js";

/** How the one choice of a yes-or-no group is called. */
export const YES = "true";

/** What cannot be chosen now, what may not stand, what is warned about, the first error of a condition. */
export function choicesNow(configuration, now) {
  const found = { unavailable: Object.create(null), violations: [], warnings: [], failure: null };
  for (const group of configuration.groups) {
    if (!group.computable || !now.visible[group.key]) continue;
    for (const option of group.options) if (option.availableIf) guard(group, option, now, found);
  }
  for (const constraint of configuration.constraints) apply(configuration, constraint, now, found);
  return found;
}

function guard(group, option, now, found) {
  let available = true;
  try {
    available = option.availableIf(now.answers);
  } catch (error) {
    found.failure ??= codeOf(error);
  }
  if (available) return;
  (found.unavailable[group.key] ??= Object.create(null))[option.key] = option.reason;
  if (holds([group.key, option.key], now)) {
    found.violations.push({ group: group.key, option: option.key, constraint: null, reason: option.reason });
  }
}

/** Whether a group has an answer, or one of its options is chosen. */
function holds([group, option], { answers }) {
  const answer = answers[group];
  if (option === null) return isSomething(answer);
  return answer instanceof Set ? answer.has(option) : answer === option;
}

function apply(configuration, constraint, now, found) {
  if (constraint.kind === "assertion") assert(configuration, constraint, now, found);
  else if (constraint.kind === "combinations") combine(configuration, constraint, now, found);
  else imply(configuration, constraint, now, found);
}

/** A condition that must hold, or is warned about: shown at the last visible group that it reads. */
function assert({ byKey }, { key, that, reads, severity, reason }, now, found) {
  const shown = reads.filter((group) => now.visible[group]);
  if (!shown.length) return;
  try {
    if (that(now.answers)) return;
  } catch (error) {
    found.failure ??= codeOf(error);
    return;
  }
  const group = shown.reduce((last, one) => (byKey[one].position > byKey[last].position ? one : last));
  (severity === "error" ? found.violations : found.warnings).push({ group, option: null, constraint: key, reason });
}

/** Of two single choices only these pairs of options go together. */
function combine({ byKey }, { key, of, pairs, reason }, now, found) {
  const answers = of.map((group) => now.answers[group]);
  for (const [own, other] of [[1, 0], [0, 1]]) {
    if (!answers[other] || !now.visible[of[own]]) continue;
    const fitting = new Set(pairs.filter((pair) => pair[other] === answers[other]).map((pair) => pair[own]));
    const others = byKey[of[own]].options.map((option) => option.key).filter((option) => !fitting.has(option));
    if (others.length) mark(found, of[own], others, reason);
  }
  if (!answers[0] || !answers[1] || pairs.some(([one, two]) => one === answers[0] && two === answers[1])) return;
  const later = byKey[of[1]].position > byKey[of[0]].position ? 1 : 0;
  found.violations.push({ group: of[later], option: answers[later], constraint: key, reason });
}

function imply(configuration, constraint, now, found) {
  const [first, second] = [holds(constraint.if, now), holds(constraint.then, now)];
  const break_ = ([group, option]) =>
    found.violations.push({ group, option, constraint: constraint.key, reason: constraint.reason });
  const position = ([group]) => configuration.byKey[group].position;
  if (constraint.kind === "excludes") {
    if (first) forbid(configuration, constraint, constraint.then, constraint.if, now, found);
    if (second) forbid(configuration, constraint, constraint.if, constraint.then, now, found);
    if (first && second) break_(position(constraint.then) > position(constraint.if) ? constraint.then : constraint.if);
  } else if (first) {
    forbidOthers(configuration, constraint, now, found);
    if (!second) break_(now.visible[constraint.then[0]] ? constraint.then : constraint.if);
  }
}

function mark(found, group, options, reason) {
  const marked = (found.unavailable[group] ??= Object.create(null));
  for (const option of options) marked[option] ??= reason;
}

/** Within one single choice nothing is forbidden: the one replaces the other. */
function forbid(configuration, { reason }, [key, option], [because], now, found) {
  const group = configuration.byKey[key];
  if (!now.visible[key] || (group.kind === "single" && because === key)) return;
  const all = group.kind === "boolean" ? [YES] : group.options.map((each) => each.key);
  if (option !== null) mark(found, key, [option], reason);
  else if (all.length) mark(found, key, all, reason);
}

/** Where one option of a single choice is required, the others cannot be chosen. */
function forbidOthers(configuration, constraint, now, found) {
  const [key, wanted] = constraint.then;
  const group = configuration.byKey[key];
  if (group.kind !== "single" || wanted === null || !now.visible[key] || constraint.if[0] === key) return;
  const others = group.options.map((each) => each.key).filter((option) => option !== wanted);
  if (others.length) mark(found, key, others, constraint.reason);
}
