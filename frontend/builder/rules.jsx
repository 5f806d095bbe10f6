// A rule between choices: the one needs or excludes the other, what goes together, or what must hold.

import { ConditionEditor } from "./conditions.jsx";
import { Problems, SelectField, Switch, useProblems } from "./bits.jsx";
import { t } from "./material.js";
import * as model from "./model.js";
import { useBuilder } from "./store.js";

/** What one chooses between; a pair requires or excludes. */
const SORTS = ["pair", "combinations", "assertion"];
const sortOf = ({ kind }) => (kind === "requires" || kind === "excludes" ? "pair" : kind);

function referenceName(groups, reference) {
  if (!reference) return "…";
  const [key, option] = reference.split(".");
  const group = groups.find((one) => one.key === key);
  if (!group) return reference;
  return option ? (group.options.find((one) => one.key === option)?.label ?? option) : group.label;
}

export function ruleName(definition, rule, language) {
  const groups = model.catalogue(definition, language);
  if (rule.kind === "assertion") return model.textOf(rule.reason, language, definition.language) || t("rule.unfinished");
  if (rule.kind === "combinations") {
    const [first, second] = (rule.of ?? []).map((key) => referenceName(groups, key));
    return second ? t("rule.together", { first, second }) : t("rule.unfinished");
  }
  if (!rule.if && !rule.then) return t("rule.unfinished");
  const values = { first: referenceName(groups, rule.if), second: referenceName(groups, rule.then) };
  return t(rule.kind === "requires" ? "rule.needs" : "rule.not_with", values);
}

export function RuleEditor({ path }) {
  const { definition, set } = useBuilder();
  const rule = model.get(definition, path);
  const sort = sortOf(rule);
  const Editor = { pair: Pair, combinations: Combinations, assertion: Assertion }[sort] ?? Pair;
  const pick = (next) => set(path, restarted(definition, rule, next));
  return (
    <>
      <div class="b-block">
        <SelectField path={[...path, "kind"]} label={t("rule.sort")} value={sort} options={SORTS.map((name) => [name, t(`rule.${name}`)])} onPick={pick} />
      </div>
      <Editor path={path} rule={rule} />
    </>
  );
}

/** A rule of another sort keeps its key and what visitors read. */
function restarted(definition, { key, reason }, sort) {
  if (sort === "assertion") return { key, kind: "assertion", that: null, severity: "error", reason };
  if (sort === "pair") return { key, kind: "excludes", if: null, then: null, reason };
  const [first, second] = singles(definition, definition.language);
  return { key, kind: "combinations", of: [first?.key ?? "", second?.key ?? ""], pairs: everyPair(first, second), reason };
}

const singles = (definition, language) => model.catalogue(definition, language).filter(({ kind }) => kind === "single");
const everyPair = (first, second) => (first?.options ?? []).flatMap((one) => (second?.options ?? []).map((other) => [one.key, other.key]));

/* --- One choice and another ------------------------------------------------------------------------------- */

function Pair({ path, rule }) {
  const { definition, language, set, readOnly } = useBuilder();
  const groups = model.catalogue(definition, language).filter(({ usable, kind }) => usable && kind !== "calculated");
  const options = groups.map(({ key, label, options: own }) => ({
    label,
    options: [...own.map((option) => [`${key}.${option.key}`, option.label]), [key, own.length ? t("rule.any", { name: label }) : label]],
  }));
  const known = (reference) => !reference || options.some((set) => set.options.some(([value]) => value === reference));
  const choices = (reference) => [["", t("rule.pick")], ...options, ...(known(reference) ? [] : [[reference, reference]])];
  if (options.flatMap((one) => one.options).length < 2) return <p class="b-block b-none">{t("rule.too_few")}</p>;
  return (
    <div class="b-block">
      <SelectField path={[...path, "if"]} label={t("rule.sentence")} value={rule.if} options={choices(rule.if)} />
      <Switch legend={t("rule.kind")} hideLegend={false} disabled={readOnly} value={rule.kind} onPick={(kind) => set([...path, "kind"], kind)} options={[["requires", t("rule.requires")], ["excludes", t("rule.excludes")]]} />
      <SelectField path={[...path, "then"]} label={t("rule.other")} value={rule.then} options={choices(rule.then)} />
    </div>
  );
}

/* --- What goes together ----------------------------------------------------------------------------------- */

function Combinations({ path, rule }) {
  const { definition, language, set, readOnly } = useBuilder();
  const choices = singles(definition, language);
  const problems = useProblems([...path, "pairs"], { below: true });
  const of = Array.isArray(rule.of) ? rule.of : ["", ""];
  const pairs = Array.isArray(rule.pairs) ? rule.pairs : [];
  const [first, second] = of.map((key) => choices.find((one) => one.key === key));
  const pick = (place) => (key) => {
    const next = of.map((one, index) => (index === place ? key : one));
    const [one, other] = next.map((wanted) => choices.find((choice) => choice.key === wanted));
    set(path, { ...rule, of: next, pairs: everyPair(one, other) });
  };
  const has = (one, other) => pairs.some((pair) => pair[0] === one && pair[1] === other);
  const toggle = (one, other, on) => set([...path, "pairs"], on ? [...pairs, [one, other]] : pairs.filter((pair) => pair[0] !== one || pair[1] !== other));
  if (choices.length < 2) return <p class="b-block b-none">{t("rule.too_few_choices")}</p>;
  const names = (current) => [...(choices.some(({ key }) => key === current) ? [] : [["", t("rule.pick")]]), ...choices.map(({ key, label }) => [key, label])];
  return (
    <div class="b-block">
      <SelectField path={[...path, "of", 0]} label={t("rule.first_choice")} value={of[0]} options={names(of[0])} onPick={pick(0)} />
      <SelectField path={[...path, "of", 1]} label={t("rule.second_choice")} value={of[1]} options={names(of[1])} onPick={pick(1)} />
      {first && second && first !== second && (
        <div class="b-sheet-scroll b-matrix">
          <table>
            <caption>{t("rule.tick")}</caption>
            <thead>
              <tr><td />{second.options.map((option) => <th key={option.key} scope="col">{option.label}</th>)}</tr>
            </thead>
            <tbody>
              {first.options.map((one) => (
                <tr key={one.key}>
                  <th scope="row">{one.label}</th>
                  {second.options.map((other) => (
                    <td key={other.key}>
                      <input class="check" type="checkbox" disabled={readOnly} checked={has(one.key, other.key)} aria-label={t("rule.together", { first: one.label, second: other.label })} onChange={(event) => toggle(one.key, other.key, event.target.checked)} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Problems problems={problems} />
    </div>
  );
}

/* --- What must hold ---------------------------------------------------------------------------------------- */

function Assertion({ path, rule }) {
  const { set, readOnly } = useBuilder();
  return (
    <>
      <ConditionEditor path={[...path, "that"]} title={t("rule.that")} none={t("rule.that_nothing")} />
      <div class="b-block">
        <Switch legend={t("rule.otherwise")} hideLegend={false} disabled={readOnly} value={rule.severity} onPick={(severity) => set([...path, "severity"], severity)} options={[["error", t("rule.forbids")], ["warning", t("rule.warns")]]} />
      </div>
    </>
  );
}
