// "Why not?": the fewest other choices with which an option could be chosen, and what that comes to.

import { evaluate } from "./configuration.js";
import { add, compare, decimal, isMultiple, subtract, ZERO } from "./decimal.js";
import { groupsIn } from "./formula.js";

/** How many other choices may change, and how much is tried for one question at most. */
const MOST_CHANGES = 2;
const MOST_TRIES = 1500;

/**
 * `{ changes: [{ group, answer }], difference }` of the nearest configuration in which the option stands and nothing
 * is broken that was not before: the fewest changes, then the lowest price. Null where there is none within reach,
 * or where one of the two has no price.
 */
export function remedyFor(configuration, values, group, option) {
  const present = evaluate(configuration, values);
  const wanted = { ...values, [group]: withOption(configuration.byKey[group], values[group], option) };
  const search = { configuration, group, option, before: new Set(present.violations.map(nameOf)), tries: MOST_TRIES };
  for (let depth = 1; depth <= MOST_CHANGES; depth++) {
    const found = attempts(search, wanted, [], depth).filter(({ gross }) => gross && present.gross);
    if (!found.length) continue;
    const best = found.reduce((one, other) => (compare(other.gross, one.gross) < 0 ? other : one));
    return { changes: best.changes, difference: subtract(best.gross, present.gross) };
  }
  return null;
}

const nameOf = ({ group, option, constraint }) => `${group} ${option} ${constraint}`;

function withOption({ kind }, answer, option) {
  if (kind === "multi") return new Set([...(answer ?? []), option]);
  return kind === "boolean" ? true : option;
}

/** Every way to mend the first thing that is broken, and so on. */
function attempts(search, values, changes, left) {
  if (search.tries-- <= 0) return [];
  const found = evaluate(search.configuration, values);
  const broken = found.violations.find((violation) => !search.before.has(nameOf(violation)));
  const forbidden = found.unavailable[search.group]?.[search.option] !== undefined;
  if (!broken && !forbidden && found.visible[search.group]) return found.blocked ? [] : [{ changes, gross: found.gross }];
  if (left === 0) return [];
  return concernedBy(search, broken).flatMap((group) =>
    others(search.configuration, group, values[group.key]).flatMap((answer) =>
      attempts(search, { ...values, [group.key]: answer }, [...changes, { group: group.key, answer }], left - 1),
    ),
  );
}

/** The groups whose answers could mend it: its own, those that the rule reads, and those that show or hide them. */
function concernedBy({ configuration, group, option }, broken) {
  const { byKey, constraints } = configuration;
  const rules = broken?.constraint ? constraints.filter(({ key }) => key === broken.constraint) : constraints;
  const keys = new Set(rules.flatMap(groupsOf).filter((key) => byKey[key]));
  const place = broken && !broken.constraint ? broken : { group, option };
  keys.add(place.group);
  for (const key of groupsIn(byKey[place.group].options.find((one) => one.key === place.option)?.guard)) keys.add(key);
  for (const key of [...keys]) for (const decides of groupsIn(byKey[key].visible_if)) keys.add(decides);
  keys.delete(group);
  for (const key of [...keys]) {
    for (const part of groupsIn(byKey[key].formula)) keys.add(part);
    if (byKey[key].reckon) keys.delete(key);
    if (byKey[key].repeats) keys.delete(key); // fewer windows are no way to have another glass
  }
  return [...keys].map((key) => byKey[key]);
}

function groupsOf(constraint) {
  if (constraint.kind === "assertion") return constraint.reads;
  return constraint.kind === "combinations" ? constraint.of : [constraint.if[0], constraint.then[0]];
}

/** What else a group could answer; of numbers, where a condition turns. */
function others(configuration, group, answer) {
  switch (group.kind) {
    case "single":
      return group.options.map(({ key }) => key).filter((key) => key !== answer);
    case "boolean":
      return [answer !== true];
    case "multi":
      return group.options.map(({ key }) => toggled(answer ?? new Set(), key)).filter((set) => fits(group, set.size));
    default:
      return turns(configuration, group).filter((number) => !answer || compare(number, answer));
  }
}

function toggled(chosen, key) {
  const set = new Set(chosen);
  if (!set.delete(key)) set.add(key);
  return set;
}

const fits = ({ min_choices: least, max_choices: most }, size) => !size || (size >= (least ?? 0) && size <= (most ?? Infinity));

/** The numbers in conditions that read the group, and one step beside each, as far as they can be asked for. */
function turns({ groups, constraints }, group) {
  const step = group.step ? decimal(group.step) : decimal("1");
  const trees = [...groups.flatMap(({ options }) => options.map(({ guard }) => guard)), ...constraints.map(({ tree }) => tree)];
  const constants = trees.filter((tree) => groupsIn(tree).has(group.key)).flatMap(numbersIn);
  const near = constants.flatMap((text) => [subtract(decimal(text), step), decimal(text), add(decimal(text), step)]);
  const ends = [group.min, group.max].filter(Boolean).map(decimal);
  return [...near, ...ends].filter((number) => allowed(group, number, step));
}

function numbersIn(tree) {
  if (!Array.isArray(tree)) return [];
  return tree[0] === "num" ? [tree[1]] : tree.flatMap(numbersIn);
}

function allowed({ min, max, step }, number, interval) {
  const least = min ? decimal(min) : null;
  if ((least && compare(number, least) < 0) || (max && compare(number, decimal(max)) > 0)) return false;
  return !step || isMultiple(subtract(number, least ?? ZERO), interval);
}

