// The definition as a value: reading, changing, naming and moving its parts. A change makes a new definition.

import { LOOKS_BACK } from "../engine/pricing.js";
import { material } from "./material.js";

export const WITH_OPTIONS = new Set(["single", "multi"]);
export const NUMERIC = new Set(["number", "quantity", "calculated", "repeat"]);
/** What each item of a repeat may ask. */
export const INNER_KINDS = ["single", "multi", "quantity", "number", "boolean", "calculated"];
export const KINDS = ["single", "multi", "quantity", "number", "boolean", "text", "date", "file", "calculated", "repeat", "contact"];
/** Lists of the definition besides its steps. */
const LISTS = new Set(["constraints", "lines", "tables"]);
const COMPUTABLE = new Set([...INNER_KINDS, "repeat"]);

/* --- Places: a path such as ["steps", 0, "groups", 1] ------------------------------------------------- */

export const same = (one, other) => one.length === other.length && one.every((part, index) => part === other[index]);
export const startsWith = (path, start) => start.every((part, index) => part === path[index]);
export const idOf = (path) => `f-${path.join("-")}`;

export function get(root, path) {
  return path.reduce((value, part) => value?.[part], root);
}

export function set(root, path, value) {
  if (path.length === 0) return value;
  const [part, ...rest] = path;
  const copy = Array.isArray(root) ? [...root] : { ...root };
  copy[part] = set(copy[part], rest, value);
  return copy;
}

const listOf = (path) => [path.slice(0, -1), path.at(-1)];

export function insert(root, listPath, index, value) {
  const list = [...(get(root, listPath) ?? [])];
  list.splice(index, 0, value);
  return set(root, listPath, list);
}

export function remove(root, path) {
  const [listPath, index] = listOf(path);
  return set(root, listPath, get(root, listPath).filter((_one, place) => place !== index));
}

/** Takes the part away and puts it before `index` of another list (or its own); answers [definition, path]. */
export function move(root, path, listPath, index) {
  const part = get(root, path);
  const [own, from] = listOf(path);
  const place = same(own, listPath) && from < index ? index - 1 : index;
  return [insert(remove(root, path), listPath, place, part), [...listPath, place]];
}

/** Does the path lead to what is asked in each item of a repeat? */
export const isInner = (path) => path[4] === "groups";

/** Where the part goes one place up or down: within its list, or for a question into the next step. */
export function neighbour(root, path, direction) {
  const [listPath, index] = listOf(path);
  const list = get(root, listPath);
  const to = index + direction;
  if (to >= 0 && to < list.length) return [listPath, direction > 0 ? to + 1 : to];
  if (typeOf(path) !== "group" || isInner(path)) return null;
  const step = path[1] + direction;
  if (!root.steps[step]) return null;
  const there = ["steps", step, "groups"];
  return [there, direction > 0 ? 0 : (get(root, there) ?? []).length];
}

/** Which part of the builder a path of the checker belongs to. */
export function partOf(path) {
  const [first, second] = path;
  if (first === "steps" && typeof second === "number") {
    let length = 2;
    // Down through questions, those of items, and options.
    while (/^(groups|options)$/.test(path[length]) && typeof path[length + 1] === "number") length += 2;
    return path.slice(0, length);
  }
  if (LISTS.has(first) && typeof second === "number") return path.slice(0, 2);
  return ["general"];
}

export function typeOf(path) {
  if (path[0] === "steps") return { steps: "step", groups: "group", options: "option" }[path.at(-2)];
  return { constraints: "rule", lines: "line", tables: "table" }[path[0]] ?? "general";
}

const objects = (value) => (Array.isArray(value) ? value.filter((one) => one && typeof one === "object" && !Array.isArray(one)) : []);

/** The definition with every list in its place, whatever was stored. */
export function whole(definition) {
  const codes = Object.keys(material.languages);
  const known = Array.isArray(definition.languages) ? definition.languages.filter((code) => codes.includes(code)) : [];
  const languages = known.length ? known : codes.slice(0, 1);
  const group = (one) => {
    if (one.kind === "repeat") return { ...one, groups: objects(one.groups).map(group) };
    return WITH_OPTIONS.has(one.kind) ? { ...one, options: objects(one.options) } : one;
  };
  return {
    ...definition,
    languages,
    language: languages.includes(definition.language) ? definition.language : languages[0],
    steps: objects(definition.steps).map((step) => ({ ...step, groups: objects(step.groups).map(group) })),
    constraints: objects(definition.constraints),
    lines: objects(definition.lines),
    tables: objects(definition.tables),
  };
}

/* --- Reading ----------------------------------------------------------------------------------------- */

/** Each question, and what each item of a repeat asks with the repeat that it is of. */
export function* groupsOf(root) {
  for (const [s, step] of (root.steps ?? []).entries()) {
    for (const [g, group] of (step.groups ?? []).entries()) {
      const path = ["steps", s, "groups", g];
      yield { group, path, repeat: null };
      if (group.kind !== "repeat") continue;
      for (const [i, inner] of (group.groups ?? []).entries()) yield { group: inner, path: [...path, "groups", i], repeat: group };
    }
  }
}

/**
 * The groups as what stands at this place sees them: what items ask is named bare within them and in rules alone.
 * Elsewhere a formula goes over the items; `repeat` is the key of what is gone over.
 */
export function catalogue(root, language, from = ["constraints"]) {
  const name = (part) => textOf(part.label, language, root.language) || part.key;
  return [...groupsOf(root)].map(({ group, path, repeat }) => {
    const within = repeat && startsWith(from, path.slice(0, 4));
    const computable = COMPUTABLE.has(group.kind);
    return {
      key: group.key,
      kind: group.kind,
      label: repeat && !within ? `${name(repeat)} › ${name(group)}` : name(group),
      usable: computable && (!repeat || within || from[0] === "constraints"),
      computable,
      repeat: repeat?.key ?? null,
      options: (group.options ?? []).map((option) => ({ key: option.key, label: name(option) })),
      path,
    };
  });
}

export function textOf(texts, language, main) {
  const text = (code) => (typeof texts?.[code] === "string" ? texts[code].trim() : "");
  return text(language) || text(main) || Object.keys(texts ?? {}).map(text).find(Boolean) || "";
}

const REQUIRED_TEXTS = { step: ["title"], group: ["label"], option: ["label"], line: ["label"], rule: ["reason"], table: [], general: ["title"] };
const OTHER_TEXTS = { step: [], group: ["help", "unit"], option: ["help", "reason"], line: [], rule: [], table: [], general: ["intro"] };

const requiredTexts = (part, type) => (part?.kind === "repeat" ? ["label", "item_label"] : REQUIRED_TEXTS[type]);

/** What has an image in words: an option's, the logo's, the picture's that follows the choices. */
const imagesOf = (part, type) => ({ option: [part?.image], general: [part?.drawing?.layers?.length ? part.drawing : null, part?.theme?.logo] })[type] ?? [];

/** The languages of visitors in which this part lacks a text that it has, or must have. */
export function missingLanguages(part, type, languages) {
  const isMissing = (text) => typeof text !== "string" || !text.trim();
  return languages.filter(
    (language) =>
      requiredTexts(part, type).some((name) => isMissing(part?.[name]?.[language])) ||
      imagesOf(part, type).some((image) => image && typeof image === "object" && !image.decorative && isMissing(image.alt?.[language])) ||
      OTHER_TEXTS[type].some((name) => {
        const texts = part?.[name];
        return texts && typeof texts === "object" && !isMissing(Object.values(texts).join("")) && isMissing(texts[language]);
      }),
  );
}

/** Every price line that may be named in a percentage, in the order of the price list. */
export function priceKeys(root, language) {
  const name = (texts) => textOf(texts, language, root.language);
  const lines = (root.lines ?? []).filter((line) => !LOOKS_BACK.has(line.price?.kind)).map((line) => ({ key: line.key, label: name(line.label) || line.key }));
  const groups = [...groupsOf(root)].flatMap(({ group, repeat }) => {
    const name = (texts) => (repeat ? `${textOf(repeat.label, language, root.language)} › ` : "") + textOf(texts, language, root.language);
    const label = (texts) => textOf(texts, language, root.language);
    if (group.kind === "repeat") {
      const isPriced = (one) => one.price || one.options?.some(({ price }) => price);
      return (group.groups ?? []).some(isPriced) ? [{ key: group.key, label: label(group.label), all: true }] : [];
    }
    if (!WITH_OPTIONS.has(group.kind)) return group.price ? [{ key: group.key, label: name(group.label) }] : [];
    const priced = (group.options ?? []).filter((option) => option.price);
    if (!priced.length) return [];
    const options = priced.map((option) => ({ key: `${group.key}.${option.key}`, label: `${name(group.label)}: ${label(option.label)}` }));
    return [{ key: group.key, label: name(group.label), all: true }, ...options];
  });
  const closing = (root.lines ?? []).filter((line) => LOOKS_BACK.has(line.price?.kind)).map((line) => ({ key: line.key, label: name(line.label) || line.key }));
  return [...lines, ...groups, ...closing];
}

/* --- Keys -------------------------------------------------------------------------------------------- */

const FUNCTIONS = new Set(Object.keys(material.functions).map((name) => name.toLowerCase()));
const RESERVED = new Set(material.reservedKeys);

/** The keys that a part of this kind may not take. */
export function takenKeys(root, path) {
  const type = typeOf(path);
  const others = (list, prefix) => list.filter((_one, index) => !same([...prefix, index], path)).map(({ key }) => key);
  if (type === "step") return new Set(others(root.steps, ["steps"]));
  if (type === "rule") return new Set(others(root.constraints ?? [], ["constraints"]));
  if (type === "table") return new Set(others(root.tables ?? [], ["tables"]));
  if (type === "option") return new Set(others(get(root, path.slice(0, -1)), path.slice(0, -1)));
  const groups = [...groupsOf(root)].filter((one) => !same(one.path, path)).map(({ group }) => group.key);
  return new Set([...groups, ...others(root.lines ?? [], ["lines"])]);
}

export function keyProblem(root, path, key) {
  if (!/^[a-z][a-z0-9_]*$/.test(key) || key.length > material.longestKey) return "key.bad";
  if (RESERVED.has(key) || (typeOf(path) === "group" && FUNCTIONS.has(key))) return "key.reserved";
  if (takenKeys(root, path).has(key)) return "key.taken";
  return null;
}

/** An option that came with a new question and nobody has named yet; its key may still follow its name. */
export function isUnnamed(root, path, opened) {
  const key = get(root, path)?.key ?? "";
  if (typeOf(path) !== "option" || !/^option_\d+$/.test(key)) return false;
  const owner = get(root, path.slice(0, -2)).key;
  return ![...groupsOf(opened)].some(({ group }) => group.key === owner && group.options?.some((one) => one.key === key));
}

/** A free key made from a name: "Glazen schuifwand" gives glazen_schuifwand. */
export function keyFrom(root, path, name) {
  const plain = name
    .normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/œ/gi, "oe").replace(/æ/gi, "ae").replace(/ß/g, "ss")
    .toLowerCase().replace(/[^a-z0-9]+/g, "_").replace(/^_+|_+$/g, "").replace(/^(?=[0-9])/, "k_").slice(0, 40).replace(/_+$/, "");
  const base = plain || { step: "step", group: "question", option: "option", rule: "rule", line: "line", table: "table" }[typeOf(path)];
  for (let number = 1; ; number++) {
    const key = number === 1 ? base : `${base}_${number}`;
    if (!keyProblem(root, path, key)) return key;
  }
}

/* --- New parts ------------------------------------------------------------------------------------------ */

/** First words, in the main language alone, so that what is not translated yet shows that it is missing. */
export function words(root, name, suffix = "") {
  const text = material.firstWords[name][root.language];
  return text ? { [root.language]: text + suffix } : {};
}

export function newOption(root, number) {
  return { key: "", label: words(root, "option", ` ${number}`), help: {}, image: null, price: null, available_if: null, reason: {} };
}

export function newGroup(root, kind) {
  const every = { key: "", kind, label: words(root, kind), help: {} };
  if (kind === "contact") {
    // These words need no other, so every language gets them.
    const label = Object.fromEntries(root.languages.map((code) => [code, material.firstWords.contact[code] ?? ""]));
    return { ...every, label, phone: "optional" };
  }
  if (kind === "repeat") {
    const [place, first] = [["steps", -1, "groups", -1, "groups", -1], newGroup(root, "number")];
    return { ...every, item_label: words(root, "item"), visible_if: null, min: 1, max: 3, default: 1, groups: [named(root, place, first)] };
  }
  if (kind === "calculated") return { ...every, visible_if: null, unit: {}, formula: "", decimals: 2 };
  const asked = { ...every, required: kind === "single" || kind === "number", visible_if: null };
  switch (kind) {
    case "single":
    case "multi": {
      const options = [1, 2].map((number) => ({ ...newOption(root, number), key: `option_${number}` }));
      return { ...asked, options, default: kind === "single" ? options[0].key : [] };
    }
    case "number":
      return { ...asked, unit: Object.fromEntries(root.languages.map((code) => [code, "cm"])), min: "100", max: "500", step: "1", default: "200" };
    case "quantity":
      return { ...asked, unit: {}, min: "0", max: "10", step: "1", default: "0" };
    case "boolean":
      return { ...asked, default: false };
    case "date":
      return { ...asked, personal: false, earliest: 0, latest: null };
    case "file":
      return { ...asked, accept: ["image", "pdf"], most: 1, personal: true };
    default:
      return { ...asked, max_length: 500, personal: true, multiline: true };
  }
}

/** A part with a free key, ready to stand at this path. */
export function named(root, path, part) {
  const main = part.label ?? part.title;
  const name = typeof main === "string" ? main : textOf(main, root.language, root.language);
  return { ...part, key: keyFrom(root, path, name) };
}

/** A copy to stand after the original, with a key and a name of its own; references within it follow. */
export function copyOf(root, path) {
  const part = structuredClone(get(root, path));
  const type = typeOf(path);
  // Contact details are asked for once.
  if (type === "step") part.groups = (part.groups ?? []).filter(({ kind }) => kind !== "contact");
  const texts = part.label ?? part.title;
  if (type === "table" && texts) {
    part.label = (material.firstWords.copy[root.language] ?? "%(name)s").replace("%(name)s", texts);
  } else if (texts && type !== "rule") {
    for (const code of Object.keys(texts)) {
      const pattern = material.firstWords.copy[code] ?? "%(name)s";
      if (texts[code]?.trim()) texts[code] = pattern.replace("%(name)s", texts[code]);
    }
  }
  const after = [...path.slice(0, -1), path.at(-1) + 1];
  let next = insert(root, path.slice(0, -1), path.at(-1) + 1, { ...part, key: "" });
  next = set(next, [...after, "key"], keyFrom(next, after, part.key));
  if (type === "group") next = ownUnits(next, after, part.key);
  if (type === "step" || part.kind === "repeat") next = copiesWithin(next, after, part.groups);
  return [next, after];
}

/** Keys of their own for the questions of a copied step or repeat, and for what the items of these ask. */
function copiesWithin(root, path, groups) {
  let next = root;
  for (const [index, group] of (groups ?? []).entries()) {
    const place = [...path, "groups", index];
    next = set(next, [...place, "key"], "");
    next = set(next, [...place, "key"], keyFrom(next, place, group.key));
    next = ownUnits(next, place, group.key);
    if (group.kind === "repeat") next = copiesWithin(next, place, group.groups);
  }
  return next;
}

/** A price per unit of the original counts the copy's own number. */
function ownUnits(root, path, old) {
  const group = get(root, path);
  return group.price?.kind === "per_unit" && group.price.of === old ? set(root, [...path, "price", "of"], group.key) : root;
}

/** How a part is called in lists. */
export function nameOf(root, path, language) {
  const part = get(root, path);
  if (!part) return "";
  if (typeof part.label === "string") return part.label || part.key;
  return textOf(part.label ?? part.title, language, root.language) || part.key || "";
}
