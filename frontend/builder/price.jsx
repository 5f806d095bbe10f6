// What something costs: fixed, per unit, a percentage, by a table or a formula; of a line, a minimum or maximum.

import { DecimalField, Problems, SelectField, Switch, useProblems } from "./bits.jsx";
import { FormulaField } from "./formula_field.jsx";
import { money, shownDecimal, t } from "./material.js";
import * as model from "./model.js";
import { Amount, kept, shortAmount } from "./price_books.jsx";
import { useBuilder } from "./store.js";
import { newTable, sameKeys } from "./table_shapes.js";

/** A price in a word or a figure, for lists. */
export function shortPrice(price, definition) {
  switch (price?.kind) {
    case "fixed":
      return shortAmount(price, definition.currency);
    case "per_unit":
      return t("price.short_unit", { amount: shortAmount(price, definition.currency) });
    case "percentage":
      return `${shownDecimal(price.percent)} %`;
    case "table":
      return t("price.short_table");
    case "minimum":
    case "maximum":
      return t(`price.short_${price.kind}`, { amount: money(price.amount, definition.currency) });
    case "formula":
      return t("price.short_formula");
    default:
      return "";
  }
}

const KINDS = ["fixed", "per_unit", "percentage", "table", "formula"];

/** `path` leads to the price; a price line must have one. */
export function PriceEditor({ path, required = false }) {
  const { definition, set, readOnly } = useBuilder();
  const price = model.get(definition, path);
  const kinds = required ? [...KINDS, "minimum", "maximum"] : ["none", ...KINDS];
  const problems = useProblems(path);
  const pick = (kind) => set(path, kind === "none" ? null : started(kind, price, definition, path));
  return (
    <div class="b-block">
      <div class="b-block-head">
        <h3>{t("price.title")}</h3>
        <Switch legend={t("price.title")} value={price?.kind ?? "none"} disabled={readOnly} onPick={pick} options={kinds.map((kind) => [kind, t(`price.${kind}`)])} />
      </div>
      {price?.kind === "fixed" && <Amount path={path} price={price} help={t("price.amount_help")} />}
      {price?.kind === "per_unit" && <PerUnit path={path} price={price} />}
      {price?.kind === "percentage" && <Percentage path={path} price={price} />}
      {price?.kind === "table" && <ByTable path={path} price={price} />}
      {(price?.kind === "minimum" || price?.kind === "maximum") && <Bound path={path} price={price} />}
      {price?.kind === "formula" && <FormulaField path={[...path, "formula"]} value={price.formula} />}
      <Problems problems={problems} />
    </div>
  );
}

/** Another kind of price keeps the figure that stood there. */
function started(kind, before, definition, path) {
  const figure = before?.amount ?? before?.percent ?? "0";
  if (kind === "fixed") return { kind, ...kept(before, figure) };
  if (kind === "per_unit") return { kind, ...kept(before, figure), of: unitFor(definition, path) };
  if (kind === "percentage") return { kind, percent: figure, of: "subtotal" };
  if (kind === "minimum" || kind === "maximum") return { kind, amount: figure, of: Array.isArray(before?.of) && before.kind !== "table" ? before.of : "subtotal" };
  if (kind === "table") return byTable(definition, definition.tables[0], null, path);
  return { kind, formula: before?.formula ?? (figure === "0" ? "" : figure) };
}

function unitFor(definition, path) {
  const owner = model.get(definition, path.slice(0, -1));
  if (model.NUMERIC.has(owner.kind)) return owner.key;
  return numbersAt(definition, definition.language, path)[0]?.key ?? null;
}

const numbersAt = (definition, language, path) =>
  model.catalogue(definition, language, path).filter(({ kind, usable }) => usable && model.NUMERIC.has(kind));

function PerUnit({ path, price }) {
  const { definition, language } = useBuilder();
  const numbers = numbersAt(definition, language, path);
  if (!numbers.length) return <p class="b-remark">{t("price.no_numbers")}</p>;
  return (
    <div class={price.from_book ? undefined : "b-pair"}>
      <Amount path={path} price={price} />
      <SelectField path={[...path, "of"]} label={t("price.each")} value={price.of} options={[...(price.of ? [] : [["", t("rule.pick")]]), ...numbers.map(({ key, label }) => [key, label])]} />
    </div>
  );
}

function Percentage({ path, price }) {
  return (
    <>
      <DecimalField path={[...path, "percent"]} label={t("price.percent")} help={t("price.amount_help")} value={price.percent} suffix="%" />
      <Base path={path} price={price} />
    </>
  );
}

function Bound({ path, price }) {
  const { definition } = useBuilder();
  return (
    <>
      <DecimalField path={[...path, "amount"]} label={t("price.amount_in", { currency: definition.currency ?? "EUR" })} help={t(`price.${price.kind}_help`)} value={price.amount} />
      <Base path={path} price={price} />
    </>
  );
}

/** A price by this table, looked up by what fits best. */
function byTable(definition, table, before, path) {
  const groups = model.catalogue(definition, definition.language, path).filter(({ usable }) => usable);
  const taken = new Set();
  const of = axesOf(table).map((axis) => {
    const found = groups.find((group) => !taken.has(group.key) && suits(axis, group));
    taken.add(found?.key);
    return found?.key ?? "";
  });
  return { kind: "table", table: table?.key ?? "", of, times: before?.times ?? null };
}

/** Tiers are looked up by one number. */
const axesOf = (table) => table?.axes ?? (table ? [{ match: "floor", values: [] }] : []);
const suits = (axis, { kind, options }) => (axis.match === "option" ? kind === "single" && sameKeys(options, axis.values) : model.NUMERIC.has(kind));

function ByTable({ path, price }) {
  const { definition, language, set, add, readOnly } = useBuilder();
  const tables = definition.tables ?? [];
  const table = tables.find(({ key }) => key === price.table);
  const groups = model.catalogue(definition, language, path).filter(({ usable }) => usable);
  const numbers = groups.filter(({ kind }) => model.NUMERIC.has(kind));
  const problems = useProblems([...path, "of"]);
  if (!tables.length) {
    return (
      <>
        <p class="b-remark">{t("price.no_tables")}</p>
        {!readOnly && <button type="button" class="btn" onClick={() => add(["tables"], 0, newTable())}>{t("structure.add_table")}</button>}
      </>
    );
  }
  const pick = (key) => set(path, byTable(definition, tables.find((one) => one.key === key), price, path));
  const of = Array.isArray(price.of) ? price.of : [];
  const fitting = (axis, current) => {
    const list = groups.filter((group) => suits(axis, group) || (axis.match === "option" && group.key === current));
    return [...(list.some(({ key }) => key === current) ? [] : [["", t("rule.pick")]]), ...list.map(({ key, label }) => [key, label])];
  };
  const titles = { 1: ["price.looked_up"], 2: ["price.rows_by", "price.columns_by"] }[axesOf(table).length] ?? [];
  return (
    <>
      <SelectField path={[...path, "table"]} label={t("price.which_table")} value={price.table} options={[...(table ? [] : [["", t("rule.pick")]]), ...tables.map(({ key, label }) => [key, label || key])]} onPick={pick} />
      {axesOf(table).map((axis, index) => (
        <SelectField key={index} path={[...path, "of", index]} label={t(titles[index])} value={of[index]} options={fitting(axis, of[index])} onPick={(key) => set([...path, "of"], axesOf(table).map((_axis, place) => (place === index ? key : (of[place] ?? ""))))} />
      ))}
      <SelectField path={[...path, "times"]} label={t("price.times")} value={price.times} options={[["", t("price.once")], ...numbers.map(({ key, label }) => [key, label])]} />
      <Problems problems={problems} />
    </>
  );
}

/** What a percentage, a minimum or a maximum looks back on. */
function Base({ path, price }) {
  const { definition, language, set, readOnly } = useBuilder();
  const owner = model.get(definition, path.slice(0, -1));
  const lines = model.priceKeys(definition, language).filter(({ key }) => key !== owner.key && !key.endsWith(`.${owner.key}`));
  const chosen = Array.isArray(price.of) ? price.of : null;
  const toggle = (key, on) => set([...path, "of"], on ? [...chosen, key] : chosen.filter((one) => one !== key));
  const problems = useProblems([...path, "of"], { below: true });
  return (
    <>
      <Switch legend={t("price.of")} hideLegend={false} disabled={readOnly} value={chosen ? "lines" : "subtotal"} onPick={(kind) => set([...path, "of"], kind === "lines" ? lines.slice(0, 1).map(({ key }) => key) : "subtotal")} options={[["subtotal", t("price.of_subtotal")], ["lines", t("price.of_lines")]]} />
      {chosen && (
        <ul class="b-ticks">
          {lines.length === 0 && <li class="b-none">{t("price.no_lines")}</li>}
          {[...lines, ...chosen.filter((key) => !lines.some((line) => line.key === key)).map((key) => ({ key, label: key }))].map(({ key, label, all }) => (
            <li key={key} class="choice">
              <input id={`${model.idOf(path)}-${key}`} class="check" type="checkbox" disabled={readOnly} checked={chosen.includes(key)} onChange={(event) => toggle(key, event.target.checked)} />
              <label for={`${model.idOf(path)}-${key}`}>{all ? t("price.of_group", { name: label }) : label}</label>
            </li>
          ))}
        </ul>
      )}
      <Problems problems={problems} />
    </>
  );
}

