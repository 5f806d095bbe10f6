// What another choice would cost, as configurators/differences.py has it: the "+ € 640" beside an option.

import { situation } from "./configuration.js";
import { YES } from "./constraints.js";
import { add, Failure, orNothing, subtract, ZERO } from "./decimal.js";
import { grossOf, priceLines, subtotalOf, totalOf } from "./pricing.js";

const CHOSEN_FROM = new Set(["single", "multi", "boolean"]);

/**
 * How the gross price would move: by group and option, for visible groups that are chosen from.
 *
 * Of a single choice: when picking this one instead of the present one. Of others: what having it costs
 * compared with not having it, whether it is chosen now or not. An option whose price would be an error
 * is left out, and so is everything when the present price is one.
 */
export function differences(configuration, values) {
  const found = Object.create(null);
  if (!configuration.hasPrices) return found;
  const now = situation(configuration, values);
  const total = now.failure ? null : orNothing(() => totalOf(priceLines(configuration, now.answers)));
  const gross = total && orNothing(() => grossOf(configuration, total));
  if (!gross) return found;
  const present = { configuration, values, now, total, gross, parted: new Map() };
  for (const group of configuration.groups) {
    if (!now.visible[group.key] || !CHOSEN_FROM.has(group.kind)) continue;
    found[group.key] = Object.create(null);
    for (const key of group.kind === "boolean" ? [YES] : group.options.map((option) => option.key)) {
      const difference = orNothing(() => differenceOf(present, group, key));
      if (difference) found[group.key][key] = difference;
    }
  }
  return found;
}

function differenceOf(present, group, key) {
  const answer = present.now.answers[group.key];
  if (group.kind === "single") return answer === key ? ZERO : subtract(grossWith(present, group, key), present.gross);
  const [having, lacking] = withAndWithout(answer, key);
  const has = group.kind === "boolean" ? answer === true : answer.has(key);
  const other = grossWith(present, group, has ? lacking : having);
  return has ? subtract(present.gross, other) : subtract(other, present.gross);
}

const withAndWithout = (answer, key) =>
  answer instanceof Set ? [new Set([...answer, key]), new Set([...answer].filter((each) => each !== key))] : [true, false];

function grossWith(present, group, answer) {
  const { configuration, values, now } = present;
  if (!configuration.decidesOthers.has(group.key)) {
    return totalWith(present, { ...now.answers, [group.key]: answer }, [group.key]);
  }
  const then = situation(configuration, { ...values, [group.key]: answer });
  if (then.failure) throw new Failure(then.failure);
  const changed = Object.keys(then.answers).filter((key) => then.answers[key] !== now.answers[key]);
  return totalWith(present, then.answers, changed);
}

/** Lines that read nothing of what changes stay as they are; but one that looks back may look at any. */
function totalWith(present, answers, changed) {
  const { configuration, now, total, parted } = present;
  if (configuration.looksBack) return grossOf(configuration, totalOf(priceLines(configuration, answers)));
  const name = changed.join(" ");
  if (!parted.has(name)) {
    const concerned = ({ reads }) => changed.some((key) => reads.has(key));
    const readers = { lines: configuration.lines.filter(concerned), groups: configuration.priced.filter(concerned) };
    parted.set(name, { readers, others: subtract(total, subtotalOf(configuration, now.answers, readers)) });
  }
  const { readers, others } = parted.get(name);
  return grossOf(configuration, add(others, subtotalOf(configuration, answers, readers)));
}
