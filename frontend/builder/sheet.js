// Reading what was copied from a spreadsheet or stands in a file: cells, numbers as people write them, tables.

import Papa from "papaparse";
import { readSheet } from "read-excel-file/universal";

const SPACES = /[\s\u00a0\u202f'\u2019]/g;
const SIGNS = /^[€$£]|[€$£]$|^(?:EUR|GBP|USD|CHF)|(?:EUR|GBP|USD|CHF)$|(?:,-|,–|\.-)$/gi;
const LARGEST_FILE = 5_000_000;

/** Rows of texts; what is copied has tabs, a file semicolons or commas. */
export function cellsOf(text) {
  const delimiter = ["\t", ";", ","].find((sign) => text.includes(sign)) ?? "\t";
  return whole(Papa.parse(text.replace(/^\ufeff/, ""), { delimiter, skipEmptyLines: "greedy" }).data);
}

/** The first sheet of an .xlsx, or a .csv. Throws an Error whose message is the name of a text. */
export async function cellsOfFile(file) {
  if (file.size > LARGEST_FILE) throw new Error("table.file_too_large");
  if (/\.(csv|tsv|txt)$/i.test(file.name)) return cellsOf(await file.text());
  try {
    const rows = await readSheet(await file.arrayBuffer(), { parseNumber: (written) => written });
    return whole(rows.map((row) => row.map(asText)));
  } catch {
    throw new Error("table.file_unreadable");
  }
}

/** A spreadsheet keeps fifteen digits; what lies behind them is how it reckons, not what somebody wrote. */
export function asText(cell) {
  if (cell === null || cell === undefined) return "";
  if (cell instanceof Date) return cell.toISOString().slice(0, 10);
  const text = String(cell);
  return /^-?\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) && text.replace(/\D/g, "").length > 15 ? plain(Number(text)) : text;
}

function plain(number) {
  const short = Number(number.toPrecision(15));
  return Math.abs(short) < 1e-6 ? "0" : String(short);
}

/** Without empty rows and columns around it, and every row as long as the longest. */
function whole(rows) {
  const filled = rows.map((row) => row.map((cell) => String(cell ?? "").trim())).filter((row) => row.some(Boolean));
  const width = Math.max(0, ...filled.map((row) => row.findLastIndex(Boolean) + 1));
  return filled.map((row) => Array.from({ length: width }, (_one, index) => row[index] ?? ""));
}

/* --- Numbers ------------------------------------------------------------------------------------- */

const bare = (text) => text.replace(SPACES, "").replace("\u2212", "-").replace(SIGNS, "");

/**
 * How these texts write decimals: "," or ".", "" where none has any, null where they can be read in two ways,
 * as "1.250" can alone.
 */
export function decimalSign(texts) {
  const votes = { ",": 0, ".": 0 };
  let unsure = false;
  for (const text of texts.map(bare)) {
    const vote = signIn(text);
    if (vote) votes[vote] += 1;
    else if (/[.,]/.test(text)) unsure = true;
  }
  if (votes[","] || votes["."]) return votes[","] > votes["."] ? "," : ".";
  return unsure ? null : "";
}

function signIn(text) {
  const marks = text.match(/[.,]/g) ?? [];
  if (marks.length === 0) return null;
  if (marks.includes(",") && marks.includes(".")) return marks.at(-1);
  if (marks.length > 1) return marks[0] === "," ? "." : ",";
  return /^-?[1-9]\d{0,2}[.,]\d{3}$/.test(text) ? null : marks[0];
}

/** As the definition keeps it, or null for what is no number. */
export function numberIn(text, sign) {
  const thousands = sign === "," ? "." : ",";
  const written = bare(text);
  if (!/\d/.test(written)) return null;
  const [before, after, ...more] = sign ? written.split(sign) : [written];
  if (more.length || !fits(before, thousands) || (after !== undefined && !/^\d*$/.test(after))) return null;
  const digits = before.replaceAll(thousands, "").replace(/^(-?)0+(?=\d)/, "$1") || "0";
  const rest = (after ?? "").replace(/0+$/, "");
  if (!/^-?\d{1,12}$/.test(digits) || rest.length > 6) return null;
  return rest ? `${digits}.${rest}` : digits;
}

const fits = (text, thousands) =>
  /^-?\d*$/.test(text) || new RegExp(`^-?\\d{1,3}(\\${thousands}\\d{3})+$`).test(text);

/* --- Tables -------------------------------------------------------------------------------------- */

/**
 * A table's own properties from rows of cells, and what could not be read as {row, column, text}, counted from 1.
 *
 * `shape` is "tiers", "one" or "two"; `axes` are the table's as they are, of which an option's are found by key or
 * by name with `names`, a list of {key, label} by axis.
 */
export function tableFrom(rows, { shape, axes, names = [], sign }) {
  const wrong = [];
  const read = (text, row, column, { empty = false } = {}) => {
    if (empty && (text === "" || /^[-–—x]$/i.test(text))) return null;
    const number = numberIn(text, sign);
    if (number === null) wrong.push({ row: row + 1, column: column + 1, text });
    return number;
  };
  const place = (axis, text, row, column) => {
    if (axes[axis]?.match !== "option") return read(text, row, column);
    const same = (one) => [one.key, one.label].some((name) => name?.trim().toLowerCase() === text.toLowerCase());
    const found = names[axis]?.find(same)?.key;
    if (!found) wrong.push({ row: row + 1, column: column + 1, text });
    return found ?? text;
  };
  if (shape === "two") {
    const [head, ...body] = rows;
    const values = [
      body.map((row, index) => place(0, row[0], index + 1, 0)),
      head.slice(1).map((text, index) => place(1, text, 0, index + 1)),
    ];
    const cells = body.map((row, r) => row.slice(1).map((text, c) => read(text, r + 1, c + 1, { empty: true })));
    wrong.sort((one, other) => one.row - other.row || one.column - other.column);
    return { wrong, table: { axes: axes.map((axis, index) => ({ ...axis, values: values[index] })), cells } };
  }
  const tall = rows.length === 2 && rows[0].length > 2 ? rows[0].map((_one, index) => [rows[0][index], rows[1][index]]) : rows;
  const isHeading = (row) => axes[0]?.match !== "option" && row?.every((text) => numberIn(text, sign) === null);
  const first = isHeading(tall[0]) ? 1 : 0;
  const pairs = tall.slice(first).map((row, index) => [
    shape === "one" ? place(0, row[0], index + first, 0) : read(row[0], index + first, 0),
    read(row[1] ?? "", index + first, 1, { empty: shape === "one" }),
  ]);
  if (shape === "tiers") return { wrong, table: { tiers: pairs.map(([from, amount]) => ({ from, amount })) } };
  const values = pairs.map(([value]) => value);
  return { wrong, table: { axes: [{ ...axes[0], values }], cells: pairs.map(([, cell]) => cell) } };
}

/** Every text that stands for a number, to find out how they are written. */
export function numbersIn(rows, { shape, axes }) {
  const isName = (row, column) =>
    (axes[0]?.match === "option" && column === 0) || (shape === "two" && axes[1]?.match === "option" && row === 0) || (shape === "two" && row === 0 && column === 0);
  return rows.flatMap((row, r) => row.filter((text, c) => text && !isName(r, c)));
}
