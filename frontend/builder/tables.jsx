// Price tables: by one answer, by two, or tiers of a quantity; filled in by hand or from a spreadsheet.

import { useEffect, useRef, useState } from "preact/hooks";

import { Dialog, Icon, Problems, SelectField, Switch, TextField, useProblems } from "./bits.jsx";
import { count, money, readDecimal, shownDecimal, t } from "./material.js";
import * as model from "./model.js";
import { cellsOf, cellsOfFile, decimalSign, numbersIn, tableFrom } from "./sheet.js";
import { useBuilder } from "./store.js";
import * as shapes from "./table_shapes.js";

const MATCHES = ["ceiling", "floor", "exact", "interpolated", "option"];
const MODES = ["slab", "graduated", "block"];
/** Beyond this a sheet is easier changed where it came from, and pasted again. */
const MOST_FIELDS = 2500;

/** What a table is, for lists. */
export function tableSummary(part) {
  const shape = shapes.shapeOf(part);
  if (shape === "tiers") return count("table.tiers", part.tiers?.length ?? 0);
  return (part.axes ?? []).map((axis) => axis.values?.length ?? 0).join(" × ");
}

export function TableEditor({ path, part, keyField }) {
  const { set, readOnly, rename } = useBuilder();
  const [pasting, setPasting] = useState(false);
  const [opened, setOpened] = useState(false);
  const shape = shapes.shapeOf(part);
  const choices = ["two", "one", "tiers"].map((name) => [name, t(`table.${name}`)]);
  return (
    <>
      <div class="b-block">
        <TextField path={[...path, "label"]} label={t("table.name")} help={t("table.name_help")} limit={200} value={part.label} onText={(text) => rename(path, "label", null, text)} />
        <Switch legend={t("table.shape")} hideLegend={false} value={shape} disabled={readOnly} onPick={(next) => set(path, shapes.reshaped(part, next))} options={choices} />
        <p class="field-help">{t(`table.${shape}_help`)}</p>
      </div>
      {shape === "tiers" ? <Mode path={path} part={part} /> : part.axes.map((axis, index) => <Axis key={index} path={path} part={part} index={index} axis={axis} />)}
      <div class="b-block">
        <div class="b-block-head">
          <h3>{t("table.contents")}</h3>
          {!readOnly && <button type="button" class="btn btn-sm" onClick={() => setPasting(true)}><Icon name="clipboard-paste" /> {t("table.paste")}</button>}
        </div>
        {shape === "two" ? <Summary part={part} onOpen={() => setOpened(true)} /> : <Sheet path={path} part={part} />}
        <Wrong path={path} part={part} />
      </div>
      {keyField}
      {opened && (
        <Dialog title={part.label || t("kind.table")} onClose={() => setOpened(false)} widest>
          <Sheet path={path} part={part} />
          <Wrong path={path} part={part} />
        </Dialog>
      )}
      {pasting && <PasteDialog path={path} part={part} onClose={() => setPasting(false)} />}
    </>
  );
}

function Summary({ part, onOpen }) {
  const { definition } = useBuilder();
  const [rows, columns] = part.axes.map((axis) => axis.values.length);
  const least = shapes.lowest(part);
  return (
    <>
      <p>{t("table.size", { rows, columns })}{least !== null && ` ${t("table.from_price", { amount: money(least, definition.currency) })}`}</p>
      <button type="button" class="btn" onClick={onOpen}><Icon name="table-2" /> {t("table.open")}</button>
    </>
  );
}

function Mode({ path, part }) {
  return (
    <div class="b-block">
      <SelectField path={[...path, "mode"]} label={t("table.mode")} help={t(`table.${part.mode}_help`)} value={part.mode} options={MODES.map((mode) => [mode, t(`table.${mode}`)])} />
    </div>
  );
}

function Axis({ path, part, index, axis }) {
  const { definition, language, set } = useBuilder();
  const place = [...path, "axes", index];
  const choices = model.catalogue(definition, language).filter(({ kind }) => kind === "single");
  const matches = MATCHES.filter((match) => match !== "option" || choices.length || axis.match === "option");
  const title = part.axes.length === 1 ? t("table.axis") : t(index === 0 ? "table.rows" : "table.columns");
  const pick = (match) => set(path, shapes.withAxis(part, index, match, match === "option" ? choices[0] : null));
  const owner = choices.find(({ options }) => shapes.sameKeys(options, axis.values));
  return (
    <div class="b-block">
      <SelectField path={[...place, "match"]} label={title} help={t(`table.${axis.match}_help`)} value={axis.match} options={matches.map((match) => [match, t(`table.${match}`)])} onPick={pick} />
      {axis.match === "option" && (
        <SelectField path={[...place, "values"]} label={t("table.options_of")} value={owner?.key} options={[...(owner ? [] : [["", t("rule.pick")]]), ...choices.map(({ key, label }) => [key, label])]} onPick={(key) => set(path, shapes.withAxis(part, index, "option", choices.find((one) => one.key === key)))} />
      )}
    </div>
  );
}

/** The first mistakes in the cells, by the place that a reader counts. */
function Wrong({ path, part }) {
  const inAxes = useProblems([...path, "axes"], { below: true });
  const inCells = useProblems([...path, "cells"], { below: true });
  const inTiers = useProblems([...path, "tiers"], { below: true });
  const found = [...inAxes, ...inCells, ...inTiers].map((problem) => ({ ...problem, message: `${placeOf(problem.path.slice(path.length), part)}${problem.message}` }));
  return (
    <>
      <Problems problems={found.slice(0, 5)} />
      {found.length > 5 && <p class="field-help">{count("table.more_wrong", found.length - 5)}</p>}
    </>
  );
}

function placeOf([name, first, second, third], part) {
  const at = (row, column) => `${t("table.at", { row, column })} `;
  if (name === "cells" && first !== undefined) return second === undefined ? at(first + 1, 1) : at(first + 1, second + 1);
  if (name === "tiers" && first !== undefined) return at(first + 1, second === "amount" ? 2 : 1);
  if (name === "axes" && second === "values" && third !== undefined) return `${t(part.axes.length > 1 && first === 1 ? "table.at_column" : "table.at_row", { number: third + 1 })} `;
  return "";
}

/* --- The sheet --------------------------------------------------------------------------------------- */

/** Rows and columns of fields; arrows and Enter go between them, and what is pasted fills from where one is. */
function Sheet({ path, part }) {
  const builder = useBuilder();
  const { readOnly, definition, language } = builder;
  const sheet = useRef(null);
  const grid = shapes.gridOf(part);
  const names = (part.axes ?? []).map((axis) => optionNames(definition, language, axis));
  if (grid.rows * grid.columns > MOST_FIELDS) return <p class="field-help">{t("table.too_many_fields")}</p>;
  const change = (next) => builder.set(path, next, { typing: true });
  const move = (event) => {
    const { row, column } = event.target.dataset;
    if (row === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const turn = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
    if (!turn) return;
    event.preventDefault();
    sheet.current.querySelector(`[data-row="${Number(row) + turn}"][data-column="${column}"]`)?.focus();
  };
  const paste = (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const { row, column } = event.target.dataset;
    if (row === undefined || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    const rows = cellsOf(text);
    const next = shapes.filledFrom(part, Number(row), Number(column), rows, decimalSign(rows.flat().filter(Boolean)));
    if (next) builder.set(path, next);
    builder.say(next ? count("table.pasted", rows.length) : t("table.not_pasted"));
  };
  const isTiers = shapes.shapeOf(part) === "tiers";
  const two = shapes.shapeOf(part) === "two";
  const label = (row, column) => cellLabel(part, row, column, names);
  const head = isTiers ? [t("table.tier_from"), t("table.tier_amount")] : [t("table.value"), t("table.amount")];
  return (
    <div class="b-sheet" ref={sheet} onKeyDown={move} onPaste={paste}>
      <div class="b-sheet-scroll"><table>
        <thead>
          {two ? (
            <tr>
              <td class="b-corner" />
              {part.axes[1].values.map((value, column) => <th key={column} scope="col"><Cell row={-1} column={column} axis={part.axes[1]} name={names[1]} value={value} label={t("table.column_number", { number: column + 1 })} onValue={(typed) => change(shapes.withValue(part, 1, column, typed))} /></th>)}
            </tr>
          ) : (
            <tr>{head.map((text) => <th key={text} scope="col">{text}</th>)}</tr>
          )}
        </thead>
        <tbody>
          {Array.from({ length: grid.rows }, (_one, row) => (
            <tr key={row}>
              <th scope="row"><Cell row={row} column={-1} axis={part.axes?.[0]} name={names[0]} value={shapes.startOf(part, row)} label={t("table.row_number", { number: row + 1 })} onValue={(typed) => change(shapes.withStart(part, row, typed))} /></th>
              {Array.from({ length: grid.columns }, (_none, column) => (
                <td key={column}><Cell row={row} column={column} value={shapes.cellOf(part, row, column)} empty={!isTiers} label={label(row, column)} onValue={(typed) => change(shapes.withCell(part, row, column, typed))} /></td>
              ))}
              {!two && !readOnly && part.axes?.[0].match !== "option" && (
                <td class="b-sheet-tool"><button type="button" class="icon-btn" aria-label={t("table.remove_row", { number: row + 1 })} title={t("table.remove_row", { number: row + 1 })} disabled={grid.rows < 2} onClick={() => builder.set(path, shapes.withoutRow(part, row))}><Icon name="x" /></button></td>
              )}
            </tr>
          ))}
        </tbody>
      </table></div>
      {!readOnly && (
        <p class="b-sheet-tools">
          {part.axes?.[0].match !== "option" && <button type="button" class="btn btn-sm" onClick={() => builder.set(path, shapes.withRow(part))}><Icon name="plus" /> {t("table.add_row")}</button>}
          {two && part.axes[1].match !== "option" && <button type="button" class="btn btn-sm" onClick={() => builder.set(path, shapes.withColumn(part))}><Icon name="plus" /> {t("table.add_column")}</button>}
          {two && grid.rows > 1 && part.axes[0].match !== "option" && <button type="button" class="btn btn-sm" onClick={() => builder.set(path, shapes.withoutRow(part, grid.rows - 1))}>{t("table.remove_last_row")}</button>}
          {two && grid.columns > 1 && part.axes[1].match !== "option" && <button type="button" class="btn btn-sm" onClick={() => builder.set(path, shapes.withoutColumn(part))}>{t("table.remove_last_column")}</button>}
        </p>
      )}
    </div>
  );
}

function cellLabel(part, row, column, names) {
  if (shapes.shapeOf(part) === "tiers") return t("table.amount_from", { from: shownDecimal(shapes.startOf(part, row)) });
  const name = (axis, value) => names[axis]?.find(({ key }) => key === value)?.label ?? shownDecimal(value);
  const first = name(0, shapes.startOf(part, row));
  return shapes.shapeOf(part) === "two" ? t("table.amount_at", { first, second: name(1, part.axes[1].values[column]) }) : t("table.amount_of", { first });
}

function optionNames(definition, language, axis) {
  if (axis.match !== "option") return null;
  const groups = model.catalogue(definition, language);
  return groups.find(({ options }) => shapes.sameKeys(options, axis.values))?.options ?? axis.values.map((key) => ({ key, label: key }));
}

/** One field; a number that cannot be read stays written until it can, and the table keeps the one before. */
function Cell({ row, column, axis, name, value, label, empty = false, onValue }) {
  const { readOnly } = useBuilder();
  const [draft, setDraft] = useState(null);
  const read = draft === null ? null : readDecimal(draft);
  const wrong = read && (read.error || (read.value === null && !empty));
  useEffect(() => {
    if (draft !== null && !wrong && (read.value ?? null) !== (value ?? null)) setDraft(null);
  }, [value]);
  if (axis?.match === "option") return <span class="b-sheet-name">{name?.find(({ key }) => key === value)?.label ?? value}</span>;
  const type = (typed) => {
    setDraft(typed);
    const next = readDecimal(typed);
    if (!next.error && (next.value !== null || empty)) onValue(next.value);
  };
  return (
    <input class="control" inputMode="decimal" autocomplete="off" data-row={row} data-column={column} aria-label={label} title={wrong ? (read.error ?? t("table.missing")) : undefined} aria-invalid={Boolean(wrong) || undefined} disabled={readOnly} value={draft ?? shownDecimal(value)} onInput={(event) => type(event.target.value)} onBlur={() => read && !wrong && setDraft(null)} />
  );
}

/* --- From a spreadsheet ------------------------------------------------------------------------------- */

function PasteDialog({ path, part, onClose }) {
  const { definition, language, set, say } = useBuilder();
  const [text, setText] = useState("");
  const [rows, setRows] = useState(null);
  const [sign, setSign] = useState(null);
  const [failure, setFailure] = useState("");
  const shape = shapes.shapeOf(part);
  const axes = part.axes ?? [];
  const written = rows ? decimalSign(numbersIn(rows, { shape, axes })) : "";
  const chosen = sign ?? written;
  const found = rows && chosen !== null && fits(rows, shape) ? tableFrom(rows, { shape, axes, sign: chosen, names: axes.map((axis) => optionNames(definition, language, axis)) }) : null;
  const take = (cells) => {
    setRows(cells.length ? cells : null);
    setSign(null);
    setFailure("");
  };
  const open = async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    try {
      setText("");
      take(await cellsOfFile(file));
    } catch (error) {
      setRows(null);
      setFailure(t(error.message));
    }
  };
  const apply = () => {
    set(path, { ...part, ...found.table });
    say(count("table.pasted", rows.length));
    onClose();
  };
  const foot = (
    <>
      <button type="button" class="btn" onClick={onClose}>{t("remove.cancel")}</button>
      <button type="button" class="btn btn-primary" disabled={!found || found.wrong.length > 0} onClick={apply}>{t("table.take_over")}</button>
    </>
  );
  return (
    <Dialog title={t("table.paste_title")} onClose={onClose} foot={foot} wide>
      <p>{t(`table.paste_${shape}`)}</p>
      <div class="field b-field">
        <label class="field-label" for="b-paste">{t("table.paste_here")}</label>
        <textarea id="b-paste" class="control b-paste" rows={8} spellcheck={false} autocomplete="off" value={text} onInput={(event) => { setText(event.target.value); take(cellsOf(event.target.value)); }} />
      </div>
      <div class="field b-field">
        <label class="field-label" for="b-paste-file">{t("table.or_file")}</label>
        <input id="b-paste-file" class="control" type="file" accept=".xlsx,.csv,.tsv,.txt" onChange={open} />
      </div>
      <div role="status">
        {failure && <p class="field-error"><Icon name="circle-alert" /> {failure}</p>}
        {rows && !fits(rows, shape) && <p class="field-error"><Icon name="circle-alert" /> {t(`table.paste_${shape}`)}</p>}
        {rows && written === null && <Signs rows={rows} shape={shape} axes={axes} value={sign} onPick={setSign} />}
        {found && <Found found={found} rows={rows} shape={shape} />}
      </div>
    </Dialog>
  );
}

const fits = (rows, shape) => (shape === "two" ? rows.length > 1 && rows[0].length > 1 : rows[0].length >= 2);

/** "1.250" alone can be read in two ways, so the one who knows says which. */
function Signs({ rows, shape, axes, value, onPick }) {
  const example = numbersIn(rows, { shape, axes }).find((text) => decimalSign([text]) === null);
  const whole = example.replace(/[.,]/, "");
  const decimal = shownDecimal(example.replace(",", "."));
  const mark = example.includes(",") ? "," : ".";
  return <Switch legend={t("table.two_ways", { example })} hideLegend={false} value={value} onPick={onPick} options={[[mark === "," ? "." : ",", whole], [mark, decimal]]} />;
}

function Found({ found, rows, shape }) {
  if (!found.wrong.length) {
    const size = shape === "two" ? t("table.size", { rows: rows.length - 1, columns: rows[0].length - 1 }) : count("table.found", found.table.cells?.length ?? found.table.tiers.length);
    return <p class="b-fine"><Icon name="circle-check" /> {size}</p>;
  }
  return (
    <div class="alert alert-danger">
      <Icon name="circle-alert" />
      <div>
        <p class="alert-title">{count("table.wrong", found.wrong.length)}</p>
        <ul>
          {found.wrong.slice(0, 8).map(({ row, column, text }) => (
            <li key={`${row}-${column}`}>{text ? t("table.wrong_cell", { row, column, text: text.slice(0, 40) }) : t("table.empty_cell", { row, column })}</li>
          ))}
        </ul>
        {found.wrong.length > 8 && <p>{count("table.more_wrong", found.wrong.length - 8)}</p>}
      </div>
    </div>
  );
}
