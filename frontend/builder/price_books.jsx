// An amount, or where it stands in a price book of the organisation, chosen from lists.

import { DecimalField, Field, SelectField, Switch } from "./bits.jsx";
import { money, start, t } from "./material.js";
import * as model from "./model.js";
import { useBuilder } from "./store.js";

const books = start.books ?? [];

const bookOf = (place) => books.find(({ key }) => key === place?.book);

/** What the article costs today, null where that is not known. */
export const amountToday = (place) => bookOf(place)?.entries.find(([sku]) => sku === place.sku)?.[2] ?? null;

/** What a price comes to today, in figures or in words. */
export function shortAmount(price, currency) {
  if (!price.from_book) return money(price.amount, currency);
  const amount = amountToday(price.from_book);
  return amount === null ? t("price.short_book") : money(amount, currency);
}

/** The figure or the place that a price of another kind starts with. */
export function kept(before, figure) {
  return before?.from_book ? { from_book: before.from_book } : { amount: figure };
}

export function Amount({ path, price, help }) {
  const { definition, set, readOnly } = useBuilder();
  const currency = definition.currency ?? "EUR";
  const fitting = books.filter((book) => book.currency === currency);
  const { amount, from_book: place, ...rest } = price;
  const pick = (source) =>
    set(path, source === "book" ? { ...rest, from_book: { book: fitting[0]?.key ?? "", sku: "" } } : { ...rest, amount: amountToday(place) ?? "0" });
  return (
    <>
      {(place || fitting.length > 0) && (
        <Switch legend={t("price.source")} value={place ? "book" : "amount"} disabled={readOnly} onPick={pick} options={[["amount", t("price.amount")], ["book", t("price.from_book")]]} />
      )}
      {place ? <Place path={[...path, "from_book"]} place={place} fitting={fitting} /> : <DecimalField path={[...path, "amount"]} label={t("price.amount_in", { currency })} help={help} value={amount} />}
    </>
  );
}

function Place({ path, place, fitting }) {
  const { definition, set, readOnly } = useBuilder();
  const book = bookOf(place);
  const own = fitting.some(({ key }) => key === place.book) ? [] : [[place.book, book?.name ?? (place.book || t("rule.pick"))]];
  const today = amountToday(place);
  const list = `${model.idOf(path)}-articles`;
  return (
    <>
      <SelectField path={[...path, "book"]} label={t("price.which_book")} value={place.book} options={[...own, ...fitting.map(({ key, name }) => [key, name])]} />
      <Field path={[...path, "sku"]} label={t("price.article")} help={today === null ? t("price.article_help") : t("price.today", { amount: money(today, definition.currency) })}>
        {(wiring) => <input {...wiring} class="control" list={list} disabled={readOnly} value={place.sku ?? ""} maxLength={60} autocomplete="off" spellcheck={false} onInput={(event) => set([...path, "sku"], event.target.value.trim(), { typing: true })} />}
      </Field>
      <datalist id={list}>{(book?.entries ?? []).map(([sku, label]) => <option key={sku} value={sku}>{label}</option>)}</datalist>
    </>
  );
}
