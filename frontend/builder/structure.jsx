// On the left: steps, questions and options in their order, then the rules and the price lines.

import { useState } from "preact/hooks";

import { Dialog, Icon, IconButton } from "./bits.jsx";
import { count, languageName, t } from "./material.js";
import * as model from "./model.js";
import { shortPrice } from "./price.jsx";
import { ruleName } from "./rules.jsx";
import { useBuilder } from "./store.js";
import { newTable } from "./table_shapes.js";
import { tableSummary } from "./tables.jsx";

const KIND_ICONS = {
  single: "circle-dot", multi: "list-checks", quantity: "hash", number: "ruler", boolean: "square-check", text: "text-cursor-input", date: "calendar", file: "paperclip", repeat: "layers", calculated: "calculator", contact: "contact",
};

/** Kinds that their icon tells well enough, beside a question that is often long. */
const QUIET = new Set(["single", "multi", "text", "date", "file", "contact"]);

export function Structure() {
  const builder = useBuilder();
  const { definition, readOnly } = builder;
  const [shut, setShut] = useState(() => new Set());
  const [asking, setAsking] = useState(null);
  const [drag, setDrag] = useState(null);
  const steps = definition.steps ?? [];
  const toggle = (key) => {
    const next = new Set(shut);
    if (!next.delete(key)) next.add(key);
    setShut(next);
  };
  const tree = { ...builder, shut, toggle, drag, setDrag, ask: setAsking };
  const addStep = () => builder.add(["steps"], steps.length, { key: "", title: model.words(definition, "step"), groups: [] });
  return (
    <section class="b-structure" aria-labelledby="b-structure-title">
      <header class="b-pane-head">
        <h2 id="b-structure-title">{t("structure.title")}</h2>
        {!readOnly && (
          <button type="button" class="btn" aria-label={t("structure.add_step")} onClick={addStep}>
            <Icon name="plus" /> {t("structure.step")}
          </button>
        )}
      </header>
      <div class="b-tree">
        <ul class="b-rows">
          <Row tree={tree} path={["general"]} icon="settings-2" name={t("structure.general")} plain />
        </ul>
        <ol class="b-rows">
          {steps.map((step, index) => <Step key={index} tree={tree} step={step} index={index} />)}
        </ol>
        <Section tree={tree} icon="link-2" title="structure.rules" empty="structure.rules_empty" listPath={["constraints"]} label="structure.add_rule" make={() => newRule(definition)} nameOf={(rule) => ruleName(definition, rule, builder.language)} />
        <Section tree={tree} icon="receipt" title="structure.lines" empty="structure.lines_empty" listPath={["lines"]} label="structure.add_line" make={() => ({ key: "", label: model.words(definition, "line"), if: null, price: { kind: "fixed", amount: "0" } })} summaryOf={(line) => shortPrice(line.price, definition)} />
        <Section tree={tree} icon="table-2" title="structure.tables" empty="structure.tables_empty" listPath={["tables"]} label="structure.add_table" make={() => newTable()} summaryOf={tableSummary} />
      </div>
      {asking && <KindDialog step={asking} onClose={() => setAsking(null)} />}
    </section>
  );
}

const newRule = (definition) => ({ key: "", kind: "excludes", if: null, then: null, reason: Object.fromEntries(definition.languages.map((code) => [code, ""])) });

function Step({ tree, step, index }) {
  const path = ["steps", index];
  const groups = step.groups ?? [];
  const isShut = tree.shut.has(step.key);
  return (
    <Row tree={tree} path={path} number={index + 1} openable={step.key} isShut={isShut} summary={count("structure.groups", groups.length)}>
      {!isShut && (
        <ol class="b-rows">
          {groups.map((group, place) => <Group key={place} tree={tree} group={group} path={[...path, "groups", place]} />)}
          {!tree.readOnly && (
            <AddRow tree={tree} dropPath={[...path, "groups"]} place={groups.length} text={t("structure.group")} label={t("structure.add_group_to", { name: nameFor(tree, path) })} onClick={() => tree.ask(path)} />
          )}
        </ol>
      )}
    </Row>
  );
}

function Group({ tree, group, path }) {
  const options = group.options ?? [];
  const holds = model.WITH_OPTIONS.has(group.kind) || group.kind === "repeat";
  const isShut = tree.shut.has(`${group.key}.`);
  const items = group.kind === "repeat" ? `${group.min ?? 0}–${group.max ?? ""}` : "";
  const price = !holds && group.price ? shortPrice(group.price, tree.definition) : "";
  const add = () => tree.add([...path, "options"], options.length, model.newOption(tree.definition, options.length + 1));
  return (
    <Row tree={tree} path={path} icon={KIND_ICONS[group.kind]} openable={holds ? `${group.key}.` : null} isShut={isShut} summary={price || items || (QUIET.has(group.kind) ? "" : t(`kind.${group.kind}`).toLowerCase())} marks={<Marks group={group} />}>
      {group.kind === "repeat" && !isShut && (
        <ol class="b-rows">
          {(group.groups ?? []).map((inner, place) => <Group key={place} tree={tree} group={inner} path={[...path, "groups", place]} />)}
          {!tree.readOnly && (
            <AddRow tree={tree} dropPath={[...path, "groups"]} place={(group.groups ?? []).length} text={t("structure.group")} label={t("structure.add_group_to", { name: nameFor(tree, path) })} onClick={() => tree.ask(path)} />
          )}
        </ol>
      )}
      {model.WITH_OPTIONS.has(group.kind) && !isShut && (
        <ol class="b-rows">
          {options.map((option, place) => (
            <Row key={place} tree={tree} path={[...path, "options", place]} summary={option.price ? shortPrice(option.price, tree.definition) : ""} marks={option.available_if && <Icon name="git-branch" label={t("structure.conditional")} />} />
          ))}
          {!tree.readOnly && (
            <AddRow tree={tree} dropPath={[...path, "options"]} place={options.length} text={t("structure.option")} label={t("structure.add_option_to", { name: nameFor(tree, path) })} onClick={add} />
          )}
        </ol>
      )}
    </Row>
  );
}

function Marks({ group }) {
  return (
    <>
      {group.visible_if && <Icon name="git-branch" label={t("structure.conditional")} />}
      {(group.personal || group.kind === "contact" || group.kind === "file") && <Icon name="shield" label={t("structure.personal")} />}
    </>
  );
}

function Section({ tree, icon, title, empty, listPath, label, make, nameOf, summaryOf }) {
  const list = tree.definition[listPath[0]] ?? [];
  return (
    <section class="b-section">
      <header class="b-section-head">
        <h3><Icon name={icon} /> {t(title)}</h3>
        {!tree.readOnly && <IconButton icon="plus" label={t(label)} onClick={() => tree.add(listPath, list.length, make())} />}
      </header>
      {list.length === 0 && <p class="b-none">{t(empty)}</p>}
      <ol class="b-rows">
        {list.map((part, place) => (
          <Row key={place} tree={tree} path={[...listPath, place]} name={nameOf?.(part)} summary={summaryOf?.(part)} />
        ))}
      </ol>
    </section>
  );
}

const nameFor = (tree, path) => model.nameOf(tree.definition, path, tree.language) || t("structure.nameless");

/* --- A row ---------------------------------------------------------------------------------------------- */

function Row({ tree, path, name, number, icon, summary, marks, openable, isShut, plain, children }) {
  const type = model.typeOf(path);
  const part = type === "general" ? tree.definition : model.get(tree.definition, path);
  const title = name || nameFor(tree, path);
  const selected = model.same(path, tree.selection);
  const errors = tree.problems.some((problem) => problem.severity === "error" && model.same(model.partOf(problem.path), path));
  const missing = model.missingLanguages(part, type, tree.languages);
  const drop = useDrop(tree, path);
  return (
    <li class={`b-row-${type}`}>
      <div class={`b-row ${drop.css}`} data-selected={selected || undefined} {...drop.handlers}>
        {!plain && !tree.readOnly && (
          <span class="b-grip" draggable title={t("structure.drag")} onDragStart={drop.start} onDragEnd={() => tree.setDrag(null)}>
            <Icon name="grip-vertical" />
          </span>
        )}
        {openable && <IconButton icon={isShut ? "chevron-right" : "chevron-down"} label={t(isShut ? "structure.open" : "structure.shut", { name: title })} aria-expanded={!isShut} onClick={() => tree.toggle(openable)} />}
        {number && <span class="b-number" aria-hidden="true">{number}</span>}
        <button type="button" class="b-name" aria-current={selected ? "true" : undefined} onClick={() => tree.select(path)} id={`row-${path.join("-")}`}>
          {icon && !number && <Icon name={icon} label={type === "group" ? t(`kind.${part.kind}`) : undefined} />}
          <span class="b-title">{title}</span>
          {missing.length > 0 && missing.length < tree.languages.length && (
            <span class="b-missing">
              <span aria-hidden="true">{missing.join(" ")}</span>
              <span class="visually-hidden">{t("structure.missing_in", { language: missing.map(languageName).join(", ") })}</span>
            </span>
          )}
          {errors && <span class="b-wrong"><Icon name="circle-alert" label={t("structure.has_error")} /></span>}
          {marks && <span class="b-marks">{marks}</span>}
          {summary && <span class="b-summary">{summary}</span>}
        </button>
        {!plain && !tree.readOnly && <Movers tree={tree} path={path} name={title} />}
      </div>
      {children}
    </li>
  );
}

function Movers({ tree, path, name }) {
  const button = (direction, icon, label) => (
    <IconButton
      icon={icon}
      label={t(label, { name })}
      aria-disabled={!model.neighbour(tree.definition, path, direction) || undefined}
      data-direction={direction}
      onClick={(event) => {
        tree.move(path, direction);
        keepFocus(event.currentTarget, tree, path, direction);
      }}
    />
  );
  return (
    <span class="b-movers">
      {button(-1, "chevron-up", "structure.up")}
      {button(1, "chevron-down", "structure.down")}
    </span>
  );
}

/** The focus goes along with what moved, on the same button. */
function keepFocus(_button, tree, path, direction) {
  const target = model.neighbour(tree.definition, path, direction);
  if (!target) return;
  const [, place] = model.move(tree.definition, path, ...target);
  setTimeout(() => {
    const row = document.getElementById(`row-${place.join("-")}`)?.closest(".b-row");
    row?.querySelector(`[data-direction="${direction}"]`)?.focus();
    row?.scrollIntoView({ block: "nearest" });
  }, 40);
}

function AddRow({ tree, dropPath, place, text, label, onClick }) {
  const drop = useDrop(tree, [...dropPath, place]);
  return (
    <li class="b-add">
      <div class={drop.css} {...drop.handlers}>
        <button type="button" class="b-add-button" aria-label={label} onClick={onClick}>
          <Icon name="plus" /> {text}
        </button>
      </div>
    </li>
  );
}

/** Dragging: questions anywhere, but those of items and the rest within their own list. */
function useDrop(tree, path) {
  const { drag, setDrag } = tree;
  const listPath = path.slice(0, -1);
  const type = model.typeOf(path);
  const fits = drag && model.typeOf(drag.path) === type && ((type === "group" && !model.isInner(path) && !model.isInner(drag.path)) || model.same(drag.path.slice(0, -1), listPath));
  const after = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    return event.clientY > box.top + box.height / 2 && model.get(tree.definition, path) !== undefined;
  };
  const here = fits && drag.over && model.same(drag.over.path, path);
  return {
    css: here ? (drag.over.after ? "b-drop-after" : "b-drop-before") : "",
    start(event) {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", path.join("/"));
      event.dataTransfer.setDragImage(event.currentTarget.closest(".b-row"), 12, 16);
      setTimeout(() => setDrag({ path }));
    },
    handlers: fits
      ? {
          onDragOver(event) {
            event.preventDefault();
            const over = { path, after: after(event) };
            if (!here || drag.over.after !== over.after) setDrag({ ...drag, over });
          },
          onDrop(event) {
            event.preventDefault();
            tree.moveTo(drag.path, listPath, path.at(-1) + (after(event) ? 1 : 0));
            setDrag(null);
          },
        }
      : {},
  };
}

/* --- Which kind of question ------------------------------------------------------------------------------- */

function KindDialog({ step, onClose }) {
  const builder = useBuilder();
  const { definition } = builder;
  const hasContact = [...model.groupsOf(definition)].some(({ group }) => group.kind === "contact");
  const add = (kind) => {
    onClose();
    const listPath = [...step, "groups"];
    builder.add(listPath, (model.get(definition, listPath) ?? []).length, model.newGroup(definition, kind));
  };
  return (
    <Dialog title={t("structure.what_to_ask")} onClose={onClose} wide>
      <ul class="b-kinds">
        {(model.typeOf(step) === "group" ? model.INNER_KINDS : model.KINDS).map((kind) => {
          const taken = kind === "contact" && hasContact;
          return (
            <li key={kind}>
              <button type="button" class="b-kind" disabled={taken} onClick={() => add(kind)}>
                <Icon name={KIND_ICONS[kind]} />
                <span>
                  <strong>{t(`kind.${kind}`)}</strong>
                  <span>{t(taken ? "kind.contact_taken" : `kind.${kind}_help`)}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}

export { KIND_ICONS };
