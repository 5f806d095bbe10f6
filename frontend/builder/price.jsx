// What something costs: fixed, per unit, a percentage or a formula.

import { DecimalField, Problems, SelectField, Switch, useProblems } from "./bits.jsx";
import { FormulaField } from "./formula_field.jsx";
import { money, shownDecimal, t } from "./material.js";
import * as model from "./model.js";
import { useBuilder } from "./store.js";

/** A price in a word or a figure, for lists. */
export function shortPrice(price, definition) {
  switch (price?.kind) {
    case "fixed":
      return money(price.amount, definition.currency);
    case "per_unit":
      return t("price.short_unit", { amount: money(price.amount, definition.currency) });
    case "percentage":
      return `${shownDecimal(price.percent)} %`;
    case "formula":
      return t("price.short_formula");
    default:
      return "";
  }
}

/** `path` leads to the price; a price line must have one. */
export function PriceEditor({ path, required = false }) {
  const { definition, set, readOnly } = useBuilder();
  const price = model.get(definition, path);
  const kinds = ["none", "fixed", "per_unit", "percentage", "formula"].filter((kind) => !(required && kind === "none"));
  const problems = useProblems(path);
  const pick = (kind) => set(path, kind === "none" ? null : started(kind, price, definition, path));
  return (
    <div class="b-block">
      <div class="b-block-head">
        <h3>{t("price.title")}</h3>
        <Switch legend={t("price.title")} value={price?.kind ?? "none"} disabled={readOnly} onPick={pick} options={kinds.map((kind) => [kind, t(`price.${kind}`)])} />
      </div>
      {price?.kind === "fixed" && <Amount path={path} price={price} />}
      {price?.kind === "per_unit" && <PerUnit path={path} price={price} />}
      {price?.kind === "percentage" && <Percentage path={path} price={price} />}
      {price?.kind === "formula" && <FormulaField path={[...path, "formula"]} value={price.formula} />}
      <Problems problems={problems} />
    </div>
  );
}

/** Another kind of price keeps the figure that stood there. */
function started(kind, before, definition, path) {
  const figure = before?.amount ?? before?.percent ?? "0";
  if (kind === "fixed") return { kind, amount: figure };
  if (kind === "per_unit") return { kind, amount: figure, of: unitFor(definition, path) };
  if (kind === "percentage") return { kind, percent: figure, of: "subtotal" };
  return { kind, formula: before?.formula ?? (figure === "0" ? "" : figure) };
}

function unitFor(definition, path) {
  const owner = model.get(definition, path.slice(0, -1));
  if (model.NUMERIC.has(owner.kind)) return owner.key;
  return [...model.groupsOf(definition)].find(({ group }) => model.NUMERIC.has(group.kind))?.group.key ?? null;
}

function Amount({ path, price }) {
  const { definition } = useBuilder();
  const currency = definition.currency ?? "EUR";
  return <DecimalField path={[...path, "amount"]} label={t("price.amount_in", { currency })} help={t("price.amount_help")} value={price.amount} />;
}

function PerUnit({ path, price }) {
  const { definition, language } = useBuilder();
  const numbers = model.catalogue(definition, language).filter(({ kind }) => model.NUMERIC.has(kind));
  if (!numbers.length) return <p class="b-remark">{t("price.no_numbers")}</p>;
  return (
    <div class="b-pair">
      <DecimalField path={[...path, "amount"]} label={t("price.amount_in", { currency: definition.currency ?? "EUR" })} value={price.amount} />
      <SelectField path={[...path, "of"]} label={t("price.each")} value={price.of} options={[...(price.of ? [] : [["", t("rule.pick")]]), ...numbers.map(({ key, label }) => [key, label])]} />
    </div>
  );
}

function Percentage({ path, price }) {
  const { definition, language, set, readOnly } = useBuilder();
  const owner = model.get(definition, path.slice(0, -1));
  const lines = model.priceKeys(definition, language).filter(({ key }) => key !== owner.key && !key.endsWith(`.${owner.key}`));
  const chosen = Array.isArray(price.of) ? price.of : null;
  const toggle = (key, on) => set([...path, "of"], on ? [...chosen, key] : chosen.filter((one) => one !== key));
  const problems = useProblems([...path, "of"], { below: true });
  return (
    <>
      <DecimalField path={[...path, "percent"]} label={t("price.percent")} help={t("price.amount_help")} value={price.percent} suffix="%" />
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

