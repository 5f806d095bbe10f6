// The text of formulas: its tokens, what to propose while writing, renaming, and conditions as rows.

import { material } from "./material.js";

const TOKEN =
  /([ \t\r\n\u00a0]+)|([0-9]+(?:[.,][0-9]+)*)|([A-Za-z_][A-Za-z0-9_]*)|("[^"\n]*"?)|(<>|<=|>=|[=<>])|([-+*/^])|(\()|(\))|([;,])|([\s\S])/gy;
const LOOK_UPS = /^(LOOKUP2?|TIER)$/i;
const KINDS = ["space", "number", "name", "text", "compare", "operator", "open", "close", "separator", "other"];

/** Every character of the text, in pieces {kind, text, at}; a name before a parenthesis is a function. */
export function tokens(source) {
  const found = [];
  for (const match of source.matchAll(TOKEN)) {
    found.push({ kind: KINDS[match.slice(1).findIndex((part) => part !== undefined)], text: match[0], at: match.index });
  }
  const solid = found.filter(({ kind }) => kind !== "space");
  solid.forEach((token, index) => {
    if (token.kind === "name" && solid[index + 1]?.kind === "open") token.kind = "function";
  });
  return found;
}

const solid = (source) => tokens(source).filter(({ kind }) => kind !== "space");
const isName = (token, key) => token?.kind === "name" && token.text.toLowerCase() === key;

export const usesGroup = (source, key) => solid(source).some((token) => isName(token, key));

export const usesOption = (source, group, option) => optionTokens(source, group, option).length > 0;

/** The texts that stand for an option of this group: beside a comparison, or within HAS or SWITCH. */
function optionTokens(source, group, option) {
  const list = solid(source);
  const calls = [];
  return list.filter((token, index) => {
    if (token.kind === "open") calls.push({ name: list[index - 1]?.kind === "function" ? list[index - 1].text : "", first: list[index + 1] });
    if (token.kind === "close") calls.pop();
    if (token.kind !== "text" || token.text !== `"${option}"`) return false;
    const beside = (sign, other) => list[index + sign]?.kind === "compare" && isName(list[index + other], group);
    const call = calls.at(-1);
    return beside(-1, -2) || beside(1, 2) || (/^(HAS|SWITCH)$/i.test(call?.name ?? "") && isName(call.first, group));
  });
}

/** The keys of tables: the text that a look-up begins with. */
const tableTokens = (source, table) => {
  const list = solid(source);
  return list.filter(
    ({ kind, text }, index) => kind === "text" && text === `"${table}"` && list[index - 1]?.kind === "open" && LOOK_UPS.test(list[index - 2]?.text ?? ""),
  );
};

export const usesTable = (source, table) => tableTokens(source, table).length > 0;

function replaced(source, old, text) {
  return old.reduceRight((result, { at, text: before }) => result.slice(0, at) + text + result.slice(at + before.length), source);
}

export const renameGroup = (source, from, to) => replaced(source, solid(source).filter((token) => isName(token, from)), to);

export const renameOption = (source, group, from, to) => replaced(source, optionTokens(source, group, from), `"${to}"`);

export const renameTable = (source, from, to) => replaced(source, tableTokens(source, from), `"${to}"`);

/* --- Proposals ---------------------------------------------------------------------------------- */

const IN_PRICE = /\bPRICE\s*\(\s*(?:"([^"\n]*)"\s*[;,]\s*)?$/i;

/** What could stand at the caret: {from, word, kind: "name" | "option" | "table" | "book" | "article", group, book}. */
export function wordAt(source, caret) {
  const before = source.slice(0, caret);
  const quote = /"([^"\n]*)$/.exec(before);
  const insideQuote = quote && (before.match(/"/g) ?? []).length % 2 === 1;
  if (insideQuote && /\b(LOOKUP2?|TIER)\s*\(\s*$/i.test(before.slice(0, quote.index))) {
    return { from: quote.index, word: quote[1].toLowerCase(), kind: "table" };
  }
  const price = insideQuote && IN_PRICE.exec(before.slice(0, quote.index));
  if (price) {
    return { from: quote.index, word: quote[1].toLowerCase(), kind: price[1] === undefined ? "book" : "article", book: price[1] };
  }
  if (insideQuote) {
    const group = /([A-Za-z_]\w*)\s*(?:=|<>|[;,])\s*$/.exec(before.slice(0, quote.index));
    return { from: quote.index, word: quote[1].toLowerCase(), kind: "option", group: group?.[1].toLowerCase() };
  }
  const word = /[A-Za-z_]\w*$/.exec(before);
  return { from: word ? word.index : caret, word: word ? word[0].toLowerCase() : "", kind: "name" };
}

const OVER_ITEMS = /^(SUM|MIN|MAX|COUNT)$/i;

/** The repeats that a function around the caret goes over: SUM(windows; … */
function goneOver(source, caret) {
  const list = solid(source.slice(0, caret));
  const open = [];
  for (const [index, token] of list.entries()) {
    if (token.kind === "open") open.push(OVER_ITEMS.test(list[index - 1]?.text ?? "") ? list[index + 1]?.text.toLowerCase() : null);
    if (token.kind === "close") open.pop();
  }
  return new Set(open);
}

/** Functions and groups, or what a text at the caret may name: an option, a table, a book; the likeliest first. */
export function proposals(source, caret, groups, { all = false, tables = [], books = [] } = {}) {
  const { from, word, kind, group, book } = wordAt(source, caret);
  if (!word && kind === "name" && !all) return { from, list: [] };
  const over = goneOver(source, from);
  const found =
    kind === "table"
      ? tables.map(({ key, label }) => ({ name: key, insert: `"${key}"`, label: label || key, kind: "table" }))
    : kind === "book"
      ? books.map(({ key, name }) => ({ name: key, insert: `"${key}"`, label: name, kind: "book" }))
    : kind === "article"
      ? (books.find(({ key }) => key === book)?.entries ?? []).map(([sku, label]) => ({ name: sku, insert: `"${sku}"`, label: label || sku, kind: "article" }))
    : kind === "option"
      ? (groups.find(({ key }) => key === group)?.options ?? []).map(({ key, label }) => ({
          name: key, insert: `"${key}"`, label, kind: "option",
        }))
      : [
          ...groups.filter((one) => one.usable || (one.computable && over.has(one.repeat))).map(({ key, label, kind: type }) => ({ name: key, insert: key, label, kind: type })),
          ...Object.entries(material.functions).map(([name, { form, help }]) => ({
            name, insert: `${name}(`, label: help, form, kind: "function",
          })),
        ];
  const list = found.filter(({ name }) => name.toLowerCase().startsWith(word));
  const rest = word.length > 1 ? found.filter((one) => !list.includes(one) && one.name.toLowerCase().includes(word)) : [];
  return { from, list: [...list, ...rest].slice(0, 12) };
}

/* --- Conditions as rows --------------------------------------------------------------------------- */

const WRITTEN = { equal: "=", unequal: "<>", more: ">", least: ">=", less: "<", most: "<=" };
const READ = Object.fromEntries(Object.entries(WRITTEN).map(([name, sign]) => [sign, name]));

/** {join: "all" | "any", rows: [{group, test, value}]}, or null when the text says more than rows can. */
export function toRows(source, groups) {
  if (!source?.trim()) return { join: "all", rows: [] };
  const list = solid(source);
  const whole = /^(AND|OR)$/i.exec(list[0].text);
  const calls = whole && list[0].kind === "function" && closing(list, 1) === list.length - 1;
  const parts = calls ? split(list.slice(2, -1)) : [list];
  const comma = source.includes(";");
  const rows = parts.map((part) => toRow(part, groups, comma));
  if (rows.some((row) => row === null)) return null;
  return { join: calls && /^or$/i.test(whole[0]) ? "any" : "all", rows };
}

function closing(list, open) {
  let depth = 0;
  for (let index = open; index < list.length; index++) {
    if (list[index].kind === "open") depth++;
    if (list[index].kind === "close" && --depth === 0) return index;
  }
  return -1;
}

function split(list) {
  const parts = [[]];
  let depth = 0;
  for (const token of list) {
    if (token.kind === "open") depth++;
    if (token.kind === "close") depth--;
    if (token.kind === "separator" && depth === 0) parts.push([]);
    else parts.at(-1).push(token);
  }
  return parts;
}

function toRow(list, groups, comma) {
  const shape = list.map(({ kind, text }) => (kind === "function" ? text.toUpperCase() : kind)).join(" ");
  const find = (token) => groups.find(({ key, usable }) => usable && key === token.text.toLowerCase());
  const row = (token, test, value = "") => {
    const group = find(token);
    return group && testsFor(group).includes(test) ? { group: group.key, test, value } : null;
  };
  const text = (token) => token.text.replaceAll('"', "");
  switch (shape) {
    case "name":
      return row(list[0], "yes");
    case "NOT open name close":
      return row(list[2], "no");
    case "HAS open name close":
      return row(list[2], "answered");
    case "HAS open name separator text close":
      return row(list[2], find(list[2])?.kind === "multi" ? "has" : "is", text(list[4]));
    case "NOT open HAS open name separator text close close":
      return row(list[4], find(list[4])?.kind === "multi" ? "has_not" : "is_not", text(list[6]));
    case "name compare text":
      return { "=": row(list[0], "is", text(list[2])), "<>": row(list[0], "is_not", text(list[2])) }[list[1].text] ?? null;
    case "name compare number":
      return row(list[0], READ[list[1].text], list[2].text.replace(",", comma ? "." : ","));
    case "name compare operator number":
      return list[2].text === "-" ? row(list[0], READ[list[1].text], `-${list[3].text.replace(",", comma ? "." : ",")}`) : null;
    default:
      return null;
  }
}

export function testsFor(group) {
  if (group.kind === "boolean") return ["yes", "no"];
  if (group.kind === "multi") return ["has", "has_not", "answered"];
  if (group.kind === "single") return ["is", "is_not", "answered"];
  return ["least", "most", "more", "less", "equal", "unequal"];
}

/** The formula that these rows say; null when there is none. A row without a value is left out. */
export function fromRows({ join, rows }) {
  const whole = rows.filter(({ group, test, value }) => group && (/^(yes|no|answered)$/.test(test) || value !== ""));
  if (whole.length === 0) return null;
  const comma = whole.length > 1 || whole.some(({ test }) => /^has/.test(test));
  const parts = whole.map((row) => fromRow(row, comma));
  return parts.length === 1 ? parts[0] : `${join === "any" ? "OR" : "AND"}(${parts.join("; ")})`;
}

function fromRow({ group, test, value }, comma) {
  switch (test) {
    case "yes":
      return group;
    case "no":
      return `NOT(${group})`;
    case "answered":
      return `HAS(${group})`;
    case "has":
      return `HAS(${group}; "${value}")`;
    case "has_not":
      return `NOT(HAS(${group}; "${value}"))`;
    case "is":
      return `${group} = "${value}"`;
    case "is_not":
      return `${group} <> "${value}"`;
    default:
      return `${group} ${WRITTEN[test]} ${comma ? value.replace(".", ",") : value}`;
  }
}
