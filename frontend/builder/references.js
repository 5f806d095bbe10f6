// What names what: where a part is referred to, and a part renamed with everything that named it.

import { renameGroup, renameOption, renameTable, usesGroup, usesOption, usesTable } from "./formula.js";
import { copyOf as copyWithKeys, get, groupsOf, set, startsWith, typeOf } from "./model.js";

/** Every formula of the definition with its path. */
function* formulas(root) {
  const price = (owner, path) => (owner.price?.kind === "formula" ? [[[...path, "price", "formula"], owner.price.formula]] : []);
  for (const { group, path } of groupsOf(root)) {
    yield [[...path, "visible_if"], group.visible_if];
    yield [[...path, "required_if"], group.required_if];
    if (group.kind === "calculated") yield [[...path, "formula"], group.formula];
    yield* price(group, path);
    for (const [index, option] of (group.options ?? []).entries()) {
      yield [[...path, "options", index, "available_if"], option.available_if];
      yield* price(option, [...path, "options", index]);
    }
  }
  for (const [index, line] of (root.lines ?? []).entries()) {
    yield [["lines", index, "if"], line.if];
    yield* price(line, ["lines", index]);
  }
  for (const [index, rule] of (root.constraints ?? []).entries()) yield [["constraints", index, "that"], rule.that];
  for (const [index, layer] of (root.drawing?.layers ?? []).entries()) yield [["drawing", "layers", index, "if"], layer.if];
}

/** Every price with its path. */
function* prices(root) {
  for (const { group, path } of groupsOf(root)) {
    if (group.price) yield [[...path, "price"], group.price];
    for (const [index, option] of (group.options ?? []).entries()) {
      if (option.price) yield [[...path, "options", index, "price"], option.price];
    }
  }
  for (const [index, line] of (root.lines ?? []).entries()) if (line.price) yield [["lines", index, "price"], line.price];
}

/** Every place that names a price line or a group's number: {path, value}. */
function* priceReferences(root) {
  const of = function* (owner, path) {
    const value = owner.price?.of;
    if (owner.price?.kind === "per_unit" && value) yield [[...path, "price", "of"], value];
    if (owner.price?.kind === "table" && owner.price.times) yield [[...path, "price", "times"], owner.price.times];
    if (Array.isArray(value)) for (const [index, key] of value.entries()) yield [[...path, "price", "of", index], key];
  };
  for (const { group, path } of groupsOf(root)) {
    yield* of(group, path);
    for (const [index, option] of (group.options ?? []).entries()) yield* of(option, [...path, "options", index]);
  }
  for (const [index, line] of (root.lines ?? []).entries()) yield* of(line, ["lines", index]);
}

function* plainReferences(root) {
  for (const [index, rule] of (root.constraints ?? []).entries()) {
    if (rule.kind === "assertion") continue;
    if (rule.kind !== "combinations") {
      yield [["constraints", index, "if"], rule.if];
      yield [["constraints", index, "then"], rule.then];
      continue;
    }
    const of = Array.isArray(rule.of) ? rule.of : [];
    for (const [place, key] of of.entries()) yield [["constraints", index, "of", place], key];
  }
  yield* priceReferences(root);
}

/** The names of what hangs on a part: {groups, options: [[group, option]], lines}. */
function namesWithin(root, path) {
  const part = get(root, path);
  const type = typeOf(path);
  const within = [...groupsOf(root)].filter((one) => startsWith(one.path, path)).map(({ group }) => group.key);
  if (type === "step" || type === "group") return { groups: within, options: [], lines: [] };
  if (type === "option") return { groups: [], options: [[get(root, path.slice(0, -2)).key, part.key]], lines: [] };
  return { groups: [], options: [], lines: type === "line" ? [part.key] : [] };
}

/** The places outside the part that refer to it or to something in it. */
export function referencesTo(root, path) {
  const { groups, options, lines } = namesWithin(root, path);
  const outside = (place) => !startsWith(place, path);
  if (typeOf(path) === "table") return tableUsers(root, get(root, path).key);
  const found = [];
  for (const [place, source] of formulas(root)) {
    if (source && outside(place) && (groups.some((key) => usesGroup(source, key)) || options.some(([group, option]) => usesOption(source, group, option)))) found.push(place);
  }
  for (const [place, value] of plainReferences(root)) {
    const [group] = String(value ?? "").split(".");
    const fits = groups.includes(group) || options.some(([own, option]) => value === `${own}.${option}`) || lines.includes(value);
    if (fits && outside(place)) found.push(place);
  }
  return found;
}

function tableUsers(root, key) {
  const written = [...formulas(root)].filter(([, source]) => source && usesTable(source, key)).map(([place]) => place);
  const priced = [...prices(root)].filter(([, { kind, table }]) => kind === "table" && table === key);
  return [...written, ...priced.map(([place]) => [...place, "table"])];
}

function renameTableUses(root, old, key) {
  let next = root;
  for (const place of tableUsers(root, old)) {
    next = set(next, place, place.at(-1) === "table" ? key : renameTable(get(next, place), old, key));
  }
  return next;
}

/** The pairs of a rule about what goes together, with an option of one of its choices renamed. */
function renameInPairs(root, group, old, key) {
  let next = root;
  for (const [index, rule] of (root.constraints ?? []).entries()) {
    if (rule.kind !== "combinations" || !Array.isArray(rule.pairs)) continue;
    const own = rule.of?.indexOf(group.key);
    if (own < 0) continue;
    next = set(next, ["constraints", index, "pairs"], rule.pairs.map((pair) => pair.map((option, place) => (place === own && option === old ? key : option))));
  }
  return next;
}

/** Without the pairs that an option stood in. */
export function withoutPairs(root, group, option) {
  let next = root;
  for (const [index, rule] of (root.constraints ?? []).entries()) {
    if (rule.kind !== "combinations" || !Array.isArray(rule.pairs)) continue;
    const own = rule.of?.indexOf(group);
    if (own >= 0) next = set(next, ["constraints", index, "pairs"], rule.pairs.filter((pair) => pair[own] !== option));
  }
  return next;
}

/** Where the options of one choice stand on an axis of a table, the renamed one among them. */
function renameOnAxes(root, group, old, key) {
  let next = root;
  for (const [index, table] of (root.tables ?? []).entries()) {
    for (const [place, axis] of (table.axes ?? []).entries()) {
      const isOfGroup = axis.match === "option" && axis.values.includes(old) && axis.values.every((value) => value === old || group.options.some((one) => one.key === value));
      if (isOfGroup) next = set(next, ["tables", index, "axes", place, "values"], axis.values.map((value) => (value === old ? key : value)));
    }
  }
  return next;
}

/** The definition with another key for this part, and everything that named the old one changed along. */
export function renameKey(root, path, key) {
  const part = get(root, path);
  const type = typeOf(path);
  const old = part.key;
  let next = set(root, [...path, "key"], key);
  if (type === "step" || type === "rule" || !old) return next;
  if (type === "table") return renameTableUses(next, old, key);
  const group = type === "option" ? get(root, path.slice(0, -2)) : null;
  if (group) {
    next = renameInPairs(renameOnAxes(next, group, old, key), group, old, key);
    const swap = (value) => (value === old ? key : value);
    const before = group.default;
    if (before !== undefined) next = set(next, [...path.slice(0, -2), "default"], Array.isArray(before) ? before.map(swap) : swap(before));
  }
  for (const [place, source] of [...formulas(next)]) {
    if (!source || type === "line") continue;
    const changed = group ? renameOption(source, group.key, old, key) : renameGroup(source, old, key);
    if (changed !== source) next = set(next, place, changed);
  }
  for (const [place, value] of [...plainReferences(next)]) {
    const changed = group ? (value === `${group.key}.${old}` ? `${group.key}.${key}` : value) : renamedReference(value, old, key);
    if (changed !== value) next = set(next, place, changed);
  }
  return next;
}

/**
 * A copy to stand after the original. What items ask is a world of its own: within a copied repeat, everything that
 * named the original's questions names the copy's.
 */
export function copyOf(root, path) {
  const [copied, after] = copyWithKeys(root, path);
  const repeats = (part) => (part.kind === "repeat" ? [part] : (part.groups ?? []).filter(({ kind }) => kind === "repeat"));
  const now = repeats(get(copied, after));
  const pairs = repeats(get(root, path)).flatMap((before, at) => [
    [before.key, now[at].key],
    ...before.groups.map(({ key }, index) => [key, now[at].groups[index].key]),
  ]);
  return [pairs.reduce((next, [old, key]) => renamedWithin(next, after, old, key), copied), after];
}

function renamedWithin(root, start, old, key) {
  let next = root;
  const inside = ([place, value]) => value && startsWith(place, start);
  for (const [place, source] of [...formulas(next)].filter(inside)) next = set(next, place, renameGroup(source, old, key));
  for (const [place, value] of [...plainReferences(next)].filter(inside)) next = set(next, place, renamedReference(value, old, key));
  return next;
}

function renamedReference(value, old, key) {
  if (value === old) return key;
  return typeof value === "string" && value.startsWith(`${old}.`) ? key + value.slice(old.length) : value;
}
