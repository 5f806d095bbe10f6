// "Only if …": rows for the common cases, the formula for all others. Rows write formula text.

import { useEffect, useMemo, useRef, useState } from "preact/hooks";

import { Icon, IconButton, Options, Problems, Switch, useProblems } from "./bits.jsx";
import { fromRows, testsFor, toRows } from "./formula.js";
import { FormulaField } from "./formula_field.jsx";
import { readDecimal, shownDecimal, t } from "./material.js";
import * as model from "./model.js";
import { useBuilder } from "./store.js";

/** `path` leads to a condition; `own` is the key that it may not look at itself. */
export function ConditionEditor({ path, title, none, own, children }) {
  const { definition, language, set, readOnly } = useBuilder();
  const source = model.get(definition, path) ?? "";
  const groups = useMemo(
    () => model.catalogue(definition, language, path).filter(({ usable, key }) => usable && key !== own),
    [definition, language, own, path.join("/")],
  );
  const [draft, setDraft] = useState(null);
  const [asText, setAsText] = useState(false);
  const written = useRef(source);
  const parsed = toRows(source, groups);
  const problems = useProblems(path);
  useEffect(() => {
    // Changed from elsewhere: what the lists show is read anew.
    if (source !== written.current) setDraft(null);
    written.current = source;
  }, [source]);

  const state = draft ?? parsed;
  const put = (next) => {
    const text = fromRows(next);
    written.current = text ?? "";
    setDraft(next);
    set(path, text, { typing: true });
  };
  const showText = asText || (state === null && source);
  const rows = state?.rows ?? [];
  const add = () => put({ join: state?.join ?? "all", rows: [...rows, firstRow(groups)] });
  const idle = !source && rows.length === 0 && !asText;
  return (
    <div class="b-block">
      <div class="b-block-head">
        <h3>{title}</h3>
        {!readOnly && groups.length > 0 && !showText && (
          <button type="button" class="btn btn-link" aria-label={`${t("when.add_another")}: ${title}`} onClick={add}>
            <Icon name="plus" /> {t("when.add")}
          </button>
        )}
      </div>
      {idle && <p class="b-none">{groups.length ? none : t("when.nothing")}</p>}
      {showText ? (
        <FormulaField path={path} value={source} label={title} onText={(text) => set(path, text || null, { typing: true })} />
      ) : (
        <>
          {rows.length > 1 && (
            <Switch legend={t("when.join")} disabled={readOnly} value={state.join} onPick={(join) => put({ ...state, join })} options={[["all", t("when.all")], ["any", t("when.any")]]} />
          )}
          <ul class="b-conditions">
            {rows.map((row, index) => (
              <ConditionRow key={index} row={row} number={index + 1} id={`${model.idOf(path)}-${index}`} groups={groups} readOnly={readOnly} onChange={(next) => put({ ...state, rows: rows.map((one, place) => (place === index ? next : one)) })} onRemove={() => put({ ...state, rows: rows.filter((_one, place) => place !== index) })} />
            ))}
          </ul>
          <Problems problems={problems} />
        </>
      )}
      {!idle && !readOnly && (
        <button
          type="button"
          class="btn btn-link b-swap"
          disabled={Boolean(showText && parsed === null)}
          onClick={() => {
            setDraft(null);
            setAsText(!showText);
          }}
        >
          {showText ? t("when.as_rows") : t("when.as_formula")}
        </button>
      )}
      {showText && parsed === null && source && <p class="field-help">{t("when.too_special")}</p>}
      {(source || rows.length > 0) && children}
    </div>
  );
}

function firstRow(groups) {
  return started(groups[0]);
}

function started(group) {
  const [test] = testsFor(group);
  return { group: group.key, test, value: valuesOf(group, test)[0]?.[0] ?? "" };
}

const hasValue = (test) => !/^(yes|no|answered)$/.test(test);
const valuesOf = (group, test) => (hasValue(test) ? group.options.map(({ key, label }) => [key, label]) : []);

function ConditionRow({ row, number, id, groups, readOnly, onChange, onRemove }) {
  const group = groups.find(({ key }) => key === row.group);
  const tests = group ? testsFor(group) : [];
  const pick = (key) => onChange(started(groups.find((one) => one.key === key)));
  const test = (name) => onChange({ ...row, test: name, value: hasValue(name) ? row.value || (valuesOf(group, name)[0]?.[0] ?? "") : "" });
  const say = (what) => `${t("when.number", { number })}: ${what}`;
  return (
    <li class="b-condition">
      <Icon name="git-branch" />
      <select class="control" id={`${id}-group`} aria-label={say(t("when.question"))} disabled={readOnly} value={row.group} onChange={(event) => pick(event.target.value)}>
        <Options options={groups.map(({ key, label }) => [key, label])} />
      </select>
      <select class="control" aria-label={say(t("when.comparison"))} disabled={readOnly} value={row.test} onChange={(event) => test(event.target.value)}>
        <Options options={tests.map((name) => [name, t(`when.${name}`)])} />
      </select>
      {group && hasValue(row.test) && (model.WITH_OPTIONS.has(group.kind) ? (
        <select class="control" aria-label={say(t("when.value"))} disabled={readOnly} value={row.value} onChange={(event) => onChange({ ...row, value: event.target.value })}>
          <Options options={[...valuesOf(group, row.test), ...(group.options.some(({ key }) => key === row.value) ? [] : [[row.value, row.value || t("rule.pick")]])]} />
        </select>
      ) : (
        <NumberValue label={say(t("when.value"))} value={row.value} disabled={readOnly} onValue={(value) => onChange({ ...row, value })} />
      ))}
      {!readOnly && <IconButton icon="x" label={`${t("when.remove")} (${number})`} onClick={onRemove} />}
    </li>
  );
}

function NumberValue({ label, value, disabled, onValue }) {
  const [draft, setDraft] = useState(null);
  const result = draft === null ? null : readDecimal(draft);
  const type = (text) => {
    setDraft(text);
    const read = readDecimal(text);
    if (!read.error) onValue(read.value ?? "");
  };
  return (
    <span class="b-number-value">
      <input class="control" inputMode="decimal" autocomplete="off" aria-label={label} aria-invalid={Boolean(result?.error) || undefined} disabled={disabled} value={draft ?? shownDecimal(value)} onInput={(event) => type(event.target.value)} onBlur={() => result && !result.error && setDraft(null)} />
      {result?.error && <span class="field-error">{result.error}</span>}
    </span>
  );
}
