// A rule between two choices: the one needs the other, or they cannot go together.

import { SelectField, Switch } from "./bits.jsx";
import { t } from "./material.js";
import * as model from "./model.js";
import { useBuilder } from "./store.js";

function referenceName(groups, reference) {
  if (!reference) return "…";
  const [key, option] = reference.split(".");
  const group = groups.find((one) => one.key === key);
  if (!group) return reference;
  return option ? (group.options.find((one) => one.key === option)?.label ?? option) : group.label;
}

export function ruleName(definition, rule, language) {
  if (!rule.if && !rule.then) return t("rule.unfinished");
  const groups = model.catalogue(definition, language);
  const values = { first: referenceName(groups, rule.if), second: referenceName(groups, rule.then) };
  return t(rule.kind === "requires" ? "rule.needs" : "rule.not_with", values);
}

export function RuleEditor({ path }) {
  const { definition, language, set, readOnly } = useBuilder();
  const rule = model.get(definition, path);
  const groups = model.catalogue(definition, language).filter(({ usable }) => usable);
  const options = groups.map(({ key, label, options: own }) => ({
    label,
    options: [...own.map((option) => [`${key}.${option.key}`, option.label]), [key, own.length ? t("rule.any", { name: label }) : label]],
  }));
  const known = (reference) => !reference || options.some((set) => set.options.some(([value]) => value === reference));
  const choices = (reference) => [["", t("rule.pick")], ...options, ...(known(reference) ? [] : [[reference, reference]])];
  if (options.flatMap((one) => one.options).length < 2) return <p class="b-none">{t("rule.too_few")}</p>;
  return (
    <div class="b-block">
      <SelectField path={[...path, "if"]} label={t("rule.sentence")} value={rule.if} options={choices(rule.if)} />
      <Switch legend={t("rule.kind")} hideLegend={false} disabled={readOnly} value={rule.kind} onPick={(kind) => set([...path, "kind"], kind)} options={[["requires", t("rule.requires")], ["excludes", t("rule.excludes")]]} />
      <SelectField path={[...path, "then"]} label={t("rule.other")} value={rule.then} options={choices(rule.then)} />
    </div>
  );
}
