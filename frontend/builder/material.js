// What the server put in the page: words, icons, functions, limits.

const read = (id) => JSON.parse(document.getElementById(id).textContent);

export const material = read("builder-material");
export const start = read("builder-state");

const plural = new Intl.PluralRules(material.language);
const locale = { nl: "nl-NL", en: "en-IE", fr: "fr-FR" }[material.language] ?? "en-IE";
const usesComma = material.language !== "en";

/** The text of that name, with its named values filled in. */
export function t(name, values = {}) {
  const text = material.texts[name] ?? name;
  return text.replace(/%\((\w+)\)s/g, (whole, key) => values[key] ?? whole);
}

export function count(name, number) {
  const form = plural.select(number) === "one" ? "one" : "other";
  return t(`${name}_${form}`, { count: number });
}

export const languageName = (code) => material.languages[code] ?? code;

export function money(amount, currency) {
  const number = Number(amount);
  if (amount === "" || !Number.isFinite(number)) return "–";
  const whole = Number.isInteger(number);
  const size = new Intl.NumberFormat(locale, {
    style: "currency",
    currency: currency || "EUR",
    minimumFractionDigits: whole ? 0 : 2,
    maximumFractionDigits: whole ? 0 : 6,
  }).format(Math.abs(number));
  return number < 0 ? `\u2212\u00a0${size}` : size;
}

export const clock = (date) => new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(date);

/* --- Decimals: text with a point in the definition, as the reader writes them on the screen ----- */

export const shownDecimal = (text) => (usesComma ? String(text ?? "").replace(".", ",") : String(text ?? ""));

/** What was typed as {value} (null when empty), or {error} in the reader's words. */
export function readDecimal(typed) {
  const text = typed.replace(/[\s\u00a0\u202f]/g, "").replace("−", "-");
  if (text === "") return { value: null };
  const thousands = usesComma ? /^-?[1-9]\d{0,2}\.\d{3}$/ : /^-?[1-9]\d{0,2},\d{3}$/;
  if (thousands.test(text)) {
    const whole = text.replace(/[.,]/, "");
    return { error: t("group.thousands", { whole, decimal: text.replace(/[.,]/, usesComma ? "," : ".") }) };
  }
  const plain = text.replace(",", ".").replace(/\.$/, "").replace(/^(-?)\./, "$10.");
  if (!/^-?\d{1,12}(\.\d{1,6})?$/.test(plain)) {
    return { error: t("group.number_wanted", { example: usesComma ? "12,50" : "12.50" }) };
  }
  return { value: plain.replace(/^(-?)0+(?=\d)/, "$1") };
}
