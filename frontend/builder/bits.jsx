// The small parts that every screen of the builder is made of.

import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";

import { material, readDecimal, shownDecimal, t } from "./material.js";
import * as model from "./model.js";
import { useBuilder } from "./store.js";

export function Icon({ name, label }) {
  const drawn = { __html: material.icons[name] ?? "" };
  if (label) return <span class="b-icon" role="img" aria-label={label} title={label} dangerouslySetInnerHTML={drawn} />;
  return <span class="b-icon" aria-hidden="true" dangerouslySetInnerHTML={drawn} />;
}

export function IconButton({ icon, label, ...rest }) {
  return (
    <button type="button" class="icon-btn" aria-label={label} title={label} {...rest}>
      <Icon name={icon} />
    </button>
  );
}

/* --- Fields --------------------------------------------------------------------------------------- */

/** The problems of the checker at exactly this place, or anywhere below it. */
export function useProblems(path, { below = false } = {}) {
  const { problems, fresh } = useBuilder();
  // Nobody has come to the fields of a part that was just added.
  const early = ({ path: place, code }) => fresh && /^missing/.test(code) && model.partOf(place).join("/") === fresh;
  return problems.filter((problem) => !early(problem)).filter(
    ({ path: place }) => (below ? place.length >= path.length : place.length === path.length) && path.every((part, index) => part === place[index]),
  );
}

export function Problems({ problems, id }) {
  if (!problems.length) return null;
  return (
    <div id={id}>
      {problems.map(({ message, severity, code, place }, index) => (
        <p key={index} class={severity === "error" ? "field-error" : "b-remark"}>
          <Icon name={severity === "error" ? "circle-alert" : "info"} />
          <span>
            {place && <span class="b-place">{t("formula.line", place)} </span>}
            {message}
          </span>
        </p>
      ))}
    </div>
  );
}

/** Label above, control, help, what is wrong. `children(props)` draws the control with its wiring. */
export function Field({ path, label, help, note, problems, error, children }) {
  const own = useProblems(path);
  const found = error ? [{ message: error, severity: "error" }] : (problems ?? own);
  const id = model.idOf(path);
  const described = [help && `${id}-help`, found.length && `${id}-problems`].filter(Boolean).join(" ") || undefined;
  return (
    <div class="field b-field">
      <label class="field-label" for={id}>
        {label} {note && <span class="field-optional">({note})</span>}
      </label>
      {children({ id, "aria-describedby": described, "aria-invalid": found.some(({ severity }) => severity === "error") || undefined })}
      {help && <p class="field-help" id={`${id}-help`}>{help}</p>}
      <Problems problems={found} id={`${id}-problems`} />
    </div>
  );
}

export function TextField({ path, label, help, note, value, onText, multiline, lang, limit, class: css = "" }) {
  const { readOnly, set } = useBuilder();
  const text = value ?? "";
  const Control = multiline ? "textarea" : "input";
  const change = onText ?? ((typed) => set(path, typed, { typing: true }));
  return (
    <Field path={path} label={label} help={help} note={note}>
      {(wiring) => (
        <Control {...wiring} class={`control ${css}`} value={text} lang={lang} maxLength={limit} disabled={readOnly} autocomplete="off" onInput={(event) => change(event.target.value)} />
      )}
    </Field>
  );
}

/** A decimal, written as the reader writes one; what cannot be read is kept in the field and said. */
export function DecimalField({ path, label, help, note, value, suffix }) {
  const { readOnly, set } = useBuilder();
  const [draft, setDraft] = useState(null);
  const result = draft === null ? null : readDecimal(draft);
  useEffect(() => {
    // Changed from elsewhere, such as by undo.
    if (draft !== null && !result.error && (result.value ?? null) !== (value ?? null)) setDraft(null);
  }, [value]);
  const type = (typed) => {
    setDraft(typed);
    const read = readDecimal(typed);
    if (!read.error) set(path, read.value, { typing: true });
  };
  return (
    <Field path={path} label={label} help={help} note={note} error={result?.error}>
      {(wiring) => (
        <span class={suffix ? "b-suffixed" : undefined}>
          <input {...wiring} class="control" inputMode="decimal" autocomplete="off" disabled={readOnly} value={draft ?? shownDecimal(value)} onInput={(event) => type(event.target.value)} onBlur={() => result && !result.error && setDraft(null)} />
          {suffix && <span class="b-suffix" aria-hidden="true">{suffix}</span>}
        </span>
      )}
    </Field>
  );
}

/** A whole number; `signed` ones may be below 0, and a minus alone waits for its digits. */
export function IntegerField({ path, label, help, note, value, signed = false }) {
  const { readOnly, set } = useBuilder();
  const [minus, setMinus] = useState(false);
  const type = (typed) => {
    const digits = typed.replace(/\D/g, "").slice(0, 5);
    const below = signed && /^\s*[-−]/.test(typed);
    setMinus(below && digits === "");
    set(path, digits === "" ? null : Number(digits) * (below ? -1 : 1) || 0, { typing: true });
  };
  return (
    <Field path={path} label={label} help={help} note={note}>
      {(wiring) => <input {...wiring} class="control" inputMode={signed ? undefined : "numeric"} autocomplete="off" disabled={readOnly} value={value ?? (minus ? "-" : "")} onInput={(event) => type(event.target.value)} onBlur={() => setMinus(false)} />}
    </Field>
  );
}

export function SelectField({ path, label, help, note, value, options, onPick }) {
  const { readOnly, set } = useBuilder();
  return (
    <Field path={path} label={label} help={help} note={note}>
      {(wiring) => (
        <select {...wiring} class="control" disabled={readOnly} value={value ?? ""} onChange={(event) => (onPick ?? ((picked) => set(path, picked || null)))(event.target.value)}>
          <Options options={options} />
        </select>
      )}
    </Field>
  );
}

/** [value, text] pairs, or {label, options} for a set of them. */
export function Options({ options }) {
  return options.map((one) =>
    Array.isArray(one) ? (
      <option key={one[0]} value={one[0]}>{one[1]}</option>
    ) : (
      <optgroup key={one.label} label={one.label}><Options options={one.options} /></optgroup>
    ),
  );
}

export function Toggle({ path, label, help, checked, onToggle }) {
  const { readOnly, set } = useBuilder();
  const id = model.idOf(path);
  const found = useProblems(path);
  return (
    <div class="field b-field">
      <div class="choice">
        <input id={id} class="check" type="checkbox" checked={checked} disabled={readOnly} aria-describedby={help ? `${id}-help` : undefined} onChange={(event) => (onToggle ?? ((on) => set(path, on)))(event.target.checked)} />
        <label for={id}>{label}</label>
      </div>
      {help && <p class="field-help b-under-check" id={`${id}-help`}>{help}</p>}
      <Problems problems={found} id={`${id}-problems`} />
    </div>
  );
}

/** A row of radio buttons that looks like one switch. */
export function Switch({ legend, value, options, onPick, disabled, hideLegend = true }) {
  const name = useId();
  return (
    <fieldset class="b-switch" disabled={disabled}>
      <legend class={hideLegend ? "visually-hidden" : "field-label"}>{legend}</legend>
      <div class="segmented">
        {options.map(([key, text, icon]) => (
          <label key={key}>
            <input class="visually-hidden" type="radio" name={name} value={key} checked={key === value} onChange={() => onPick(key)} />
            {icon && <Icon name={icon} />}
            {text}
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/* --- Over the page ---------------------------------------------------------------------------------- */

/** A modal dialog of the browser's own; Escape and its cross close it. */
export function Dialog({ title, onClose, foot, children, closable = true, wide = false, widest = false }) {
  const ref = useRef(null);
  const id = useId();
  useLayoutEffect(() => {
    const before = document.activeElement;
    if (!ref.current.open) ref.current.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  const cancel = (event) => {
    event.preventDefault();
    if (closable) onClose();
  };
  return (
    <dialog ref={ref} class={`dialog ${widest ? "b-widest" : wide ? "b-wide" : ""}`} aria-labelledby={id} onCancel={cancel} onClose={onClose}>
      <div class="dialog-head">
        <h2 id={id}>{title}</h2>
        {closable && <IconButton icon="x" label={t("bar.close")} onClick={onClose} />}
      </div>
      <div class="dialog-body">{children}</div>
      {foot && <div class="dialog-foot">{foot}</div>}
    </dialog>
  );
}

/** A button with a panel under it that Escape, a click elsewhere or a choice closes. */
export function Popover({ button, label, children, class: css = "" }) {
  const [open, setOpen] = useState(false);
  const root = useRef(null);
  const id = useId();
  useEffect(() => {
    if (!open) return undefined;
    const leave = (event) => {
      if (event.type === "keydown" ? event.key === "Escape" : !root.current.contains(event.target)) {
        setOpen(false);
        if (event.type === "keydown") root.current.querySelector("button").focus();
      }
    };
    const shut = () => setOpen(false);
    document.addEventListener("pointerdown", leave);
    document.addEventListener("keydown", leave);
    addEventListener("blur", shut);
    return () => {
      document.removeEventListener("pointerdown", leave);
      document.removeEventListener("keydown", leave);
      removeEventListener("blur", shut);
    };
  }, [open]);
  return (
    <div ref={root} class={`b-popover ${css}`}>
      {button({ "aria-expanded": open, "aria-controls": open ? id : undefined, onClick: () => setOpen(!open) })}
      {open && (
        <div id={id} class="b-panel" role="group" aria-label={label}>
          {children(() => setOpen(false))}
        </div>
      )}
    </div>
  );
}
