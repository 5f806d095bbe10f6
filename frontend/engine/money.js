// Amounts and numbers as readers of each language write them, as configurators/money.py has them.

import { absolute, canonical, compare, toFixed, ZERO } from "./decimal.js";

const NO_BREAK = "\u00a0";
const NARROW = "\u202f";
const MINUS = "\u2212";
const SYMBOLS = { EUR: "€", GBP: "£", USD: "$", JPY: "¥" };
/** By language: what separates thousands, and the decimal mark. */
const MARKS = { nl: [".", ","], fr: [NARROW, ","], en: [",", "."] };

/** A number without thousands: what is typed. */
export const numberText = (number, language) => canonical(number).replace(".", language === "en" ? "." : ",");

/** € 9.685,00 in Dutch, €9,685.00 in English, 9 685,00 € in French; with all the decimals that it has. */
export const money = (amount, { currency, places, language }) =>
  (compare(amount, ZERO) < 0 ? MINUS : "") + withSymbol(digits(amount, Math.max(places, decimals(amount)), language), currency, language);

/** What a choice adds or takes off: + € 640, without a tail of zeros. */
export function differenceText(amount, { currency, places, language }) {
  const own = decimals(amount);
  const sign = compare(amount, ZERO) < 0 ? MINUS : "+";
  return sign + NO_BREAK + withSymbol(digits(amount, own && Math.max(places, own), language), currency, language);
}

const decimals = (amount) => (canonical(amount).split(".")[1] ?? "").length;

function digits(amount, places, language) {
  const [thousands, mark] = MARKS[language] ?? MARKS.en;
  const [whole, rest] = toFixed(absolute(amount), places).split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, thousands) + (rest ? mark + rest : "");
}

function withSymbol(text, currency, language) {
  const symbol = SYMBOLS[currency] ?? currency;
  if (language === "fr") return text + NO_BREAK + symbol;
  return language === "nl" || symbol.length > 1 ? symbol + NO_BREAK + text : symbol + text;
}
