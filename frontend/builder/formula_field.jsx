// Writing a formula: colours, line numbers, proposals with the keyboard, and what is wrong shown in its place.

import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { Icon, Problems, useProblems } from "./bits.jsx";
import { proposals, tokens } from "./formula.js";
import { count, material, start, t } from "./material.js";
import * as model from "./model.js";
import { useBuilder } from "./store.js";

const KIND_WORDS = { number: "formula.number", quantity: "formula.number", boolean: "formula.yes_no", single: "formula.choice", multi: "formula.choices", option: "formula.option", table: "formula.table", book: "formula.book", article: "formula.article", function: "formula.function" };

export function FormulaField({ path, value, label = t("formula.label"), labelled = false, onText }) {
  const { definition, language, set, readOnly, say } = useBuilder();
  const groups = useMemo(() => model.catalogue(definition, language, path), [definition, language, path.join("/")]);
  const area = useRef(null);
  const back = useRef(null);
  const [open, setOpen] = useState(null);
  const [active, setActive] = useState(0);
  const caret = useRef(null);
  const source = value ?? "";
  const problems = useProblems(path);
  const id = model.idOf(path);

  const write = (text) => (onText ?? ((typed) => set(path, typed, { typing: true })))(text);
  const propose = (text, at, all = false) => {
    const found = proposals(text, at, groups, { all, tables: definition.tables, books: start.books });
    // What is written out already needs no proposal.
    const done = found.list.length === 1 && found.list[0].insert === text.slice(found.from, at);
    setActive(0);
    setOpen(found.list.length && !done ? found : null);
    if (found.list.length && !done) say(count("formula.found", found.list.length));
  };
  const accept = (one) => {
    const { selectionStart: at } = area.current;
    const closes = one.kind !== "function" && one.insert.startsWith('"') && source[at] === '"';
    const text = source.slice(0, open.from) + one.insert + source.slice(closes ? at + 1 : at);
    caret.current = open.from + one.insert.length;
    setOpen(null);
    write(text);
  };
  useLayoutEffect(() => {
    if (caret.current === null) return;
    area.current.focus();
    area.current.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const press = (event) => {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      return propose(source, area.current.selectionStart, true);
    }
    if (!open) return undefined;
    const turn = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (turn) {
      event.preventDefault();
      setActive((active + turn + open.list.length) % open.list.length);
    } else if (event.key === "Tab" || event.key === "Enter") {
      event.preventDefault();
      accept(open.list[active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      setOpen(null);
    }
    return undefined;
  };
  const lines = source.split("\n").length;
  return (
    <div class="b-formula-field">
      <label class={labelled ? "field-label" : "visually-hidden"} for={id}>{label}</label>
      <div class="b-formula" data-wrong={problems.length > 0 || undefined}>
        <span class="b-gutter" aria-hidden="true">{Array.from({ length: lines }, (_one, index) => `${index + 1}\n`).join("")}</span>
        <div class="b-writing">
          <pre ref={back} aria-hidden="true"><Coloured source={source} problems={problems} groups={groups} />{"\n"}</pre>
          <textarea
            ref={area}
            id={id}
            value={source}
            rows={Math.max(2, lines)}
            disabled={readOnly}
            spellcheck={false}
            autocapitalize="off"
            autocomplete="off"
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={open ? `${id}-list` : undefined}
            aria-activedescendant={open ? `${id}-list-${active}` : undefined}
            aria-invalid={problems.length > 0 || undefined}
            aria-describedby={`${id}-help${problems.length ? ` ${id}-problems` : ""}`}
            onInput={(event) => {
              write(event.target.value);
              propose(event.target.value, event.target.selectionStart);
            }}
            onKeyDown={press}
            onBlur={() => setOpen(null)}
            onClick={() => setOpen(null)}
            onScroll={(event) => (back.current.scrollLeft = event.target.scrollLeft)}
          />
        </div>
        {open && (
          <div class="b-proposals">
            <ul role="listbox" id={`${id}-list`} aria-label={t("formula.suggestions")}>
              {open.list.map((one, index) => (
                <li
                  key={one.kind + one.name}
                  id={`${id}-list-${index}`}
                  role="option"
                  aria-selected={index === active}
                  ref={index === active ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
                  onPointerDown={(event) => {
                    event.preventDefault();
                    accept(one);
                  }}
                >
                  <Icon name={one.kind === "function" ? "square-function" : "code"} />
                  <code>{one.form ?? one.insert}</code>
                  <span>{one.kind === "function" ? "" : one.label === one.name ? t(KIND_WORDS[one.kind]) : one.label}</span>
                </li>
              ))}
            </ul>
            <p>
              {open.list[active].kind === "function" ? open.list[active].label : t(KIND_WORDS[open.list[active].kind])} <kbd class="kbd">Tab</kbd> {t("formula.takes")}
            </p>
          </div>
        )}
      </div>
      <Wrong problems={problems} id={`${id}-problems`} />
      <p class="field-help" id={`${id}-help`}>{t("formula.help")} {t("formula.keys")}</p>
    </div>
  );
}

function Wrong({ problems, id }) {
  const errors = problems.filter(({ severity }) => severity === "error");
  if (!errors.length) return <Problems problems={problems} id={id} />;
  return (
    <div class="alert alert-danger b-formula-error" id={id}>
      <Icon name="circle-alert" />
      <div>
        {errors.map(({ message, place }, index) => (
          <p key={index}>
            {place && <strong>{t("formula.line", place)} </strong>}
            {message}
          </p>
        ))}
      </div>
    </div>
  );
}

/** The text in colours, with a wavy line under what the checker points at. */
function Coloured({ source, problems, groups }) {
  const starts = [0];
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) starts.push(at + 1);
  const wrong = problems
    .filter(({ place }) => place)
    .map(({ place }) => {
      const from = (starts[place.line - 1] ?? 0) + place.column - 1;
      return [from, from + place.length];
    });
  const known = new Set(groups.map(({ key }) => key));
  return tokens(source).map(({ kind, text, at }) => {
    const bad = wrong.some(([from, to]) => at < to && at + text.length > from);
    const shade = kind === "function" ? (material.functions[text.toUpperCase()] ? "function" : "other") : kind === "name" && known.has(text.toLowerCase()) ? "group" : kind;
    return <span key={at} class={`b-tok-${shade}${bad && kind !== "space" ? " b-tok-wrong" : ""}`}>{text}</span>;
  });
}
