// The state of the builder: the draft with its history, what is selected, and how saving goes.

import { createContext } from "preact";
import { useContext, useEffect, useMemo, useReducer, useRef, useState } from "preact/hooks";

import { start, t } from "./material.js";
import * as model from "./model.js";
import { copyOf, referencesTo, renameKey, withoutPairs } from "./references.js";
import { Saver } from "./saving.js";

const REMEMBERED = 200;
/** Typing in one field within this time is one step back. */
const ONE_STEP = 1200;

export const Builder = createContext(null);
export const useBuilder = () => useContext(Builder);

const opened = model.whole(start.definition);
const first = {
  definition: opened,
  selection: opened.steps.length ? ["steps", 0] : ["general"],
  past: [],
  future: [],
  mark: null,
};

function reduce(state, action) {
  switch (action.type) {
    case "select":
      return { ...state, selection: action.path, mark: null };
    case "change": {
      const { definition, selection = state.selection, field } = action;
      if (definition === state.definition) return { ...state, selection };
      const now = Date.now();
      const merges = field && state.mark?.field === field && now - state.mark.at < ONE_STEP;
      const past = merges ? state.past : [...state.past.slice(-REMEMBERED), snapshot(state)];
      return { definition, selection, past, future: [], mark: field ? { field, at: now } : null };
    }
    case "undo":
      return back(state, "past", "future");
    case "redo":
      return back(state, "future", "past");
    default:
      return state;
  }
}

const snapshot = ({ definition, selection }) => ({ definition, selection });

function back(state, from, to) {
  const step = state[from].at(-1);
  if (!step) return state;
  return { ...state, ...step, [from]: state[from].slice(0, -1), [to]: [...state[to], snapshot(state)], mark: null };
}

/** The nearest place that still exists. */
function existing(definition, path) {
  if (path[0] === "general") return path;
  for (let length = path.length; length >= 2; length -= 2) {
    const place = path.slice(0, length);
    if (model.get(definition, place)) return place;
    const before = [...place.slice(0, -1), place.at(-1) - 1];
    if (place.at(-1) > 0 && model.get(definition, before)) return before;
  }
  return definition.steps?.length ? ["steps", 0] : ["general"];
}

export function useStore() {
  const [state, dispatch] = useReducer(reduce, first);
  const [problems, setProblems] = useState(start.problems);
  const [saving, setSaving] = useState({ name: "saved", at: new Date(start.savedAt) });
  const [saves, setSaves] = useState(0);
  const [language, setLanguage] = useState(opened.language);
  const [said, say] = useState("");
  const [toast, setToast] = useState(null);
  const [pane, setPane] = useState("structure");
  const [fresh, setFresh] = useState(null);
  const saver = useRef(null);

  saver.current ??= new Saver({
    url: start.urls.draft,
    revision: start.revision,
    definition: opened,
    tell: (next) =>
      setSaving((before) => {
        if (next.fresh) say(t("save.said"));
        return { at: before.at, ...next };
      }),
    answered: (found) => {
      setProblems(found);
      setSaves((number) => number + 1);
    },
  });
  useEffect(() => saver.current.want(state.definition), [state.definition]);

  const { definition } = state;
  const languages = definition.languages ?? [];
  const selection = useMemo(() => existing(definition, state.selection), [definition, state.selection]);
  const shown = languages.includes(language) ? language : definition.language;

  const api = {
    definition,
    selection,
    problems,
    saving,
    saves,
    said,
    toast,
    pane,
    fresh,
    language: shown,
    languages,
    readOnly: !start.canEdit,
    canUndo: state.past.length > 0,
    canRedo: state.future.length > 0,
    touched: state.past.length > 0,
    saver: saver.current,
    say,
    setToast,
    setPane,
    setLanguage,

    select(path, { focus, show = true } = {}) {
      if (!model.same(path, selection)) setFresh(model.isUnnamed(definition, path, opened) ? path.join("/") : null);
      dispatch({ type: "select", path });
      if (show) setPane("properties");
      if (focus) focusSoon(focus);
    },
    change(next, options = {}) {
      if (api.readOnly) return;
      setToast(null);
      dispatch({ type: "change", definition: next, ...options });
    },
    /** Sets one field; `field` lets a run of typing be one step of undo. */
    set(path, value, { typing = false } = {}) {
      api.change(model.set(definition, path, value), { field: typing ? path.join("/") : null });
    },
    undo() {
      dispatch({ type: "undo" });
      setToast(null);
      say(t("do.undone"));
    },
    redo() {
      dispatch({ type: "redo" });
      say(t("do.redone"));
    },

    add(listPath, index, part) {
      const path = [...listPath, index];
      const placed = model.insert(definition, listPath, index, part);
      const next = part.key === "" ? model.set(placed, [...path, "key"], model.named(placed, path, part).key) : placed;
      api.change(next, { selection: path });
      setFresh(path.join("/"));
      setPane("properties");
      say(t("structure.added", { name: model.nameOf(next, path, shown) || t("rule.unfinished") }));
      const type = model.typeOf(path);
      const main = next.language;
      setLanguage(main);
      const field = { step: ["title", main], rule: ["if"], table: ["label"] }[type] ?? ["label", main];
      focusSoon(model.idOf([...path, ...field]), { select: true });
    },
    duplicate(path) {
      const name = model.nameOf(definition, path, shown);
      const [next, copy] = copyOf(definition, path);
      api.change(next, { selection: copy });
      say(t("do.copied", { name }));
    },
    remove(path) {
      const name = model.nameOf(definition, path, shown) || t(`kind.${model.typeOf(path)}`);
      const group = model.typeOf(path) === "option" ? path.slice(0, -2) : null;
      let next = model.remove(definition, path);
      if (group) next = withoutPairs(withoutDefault(next, group, model.get(definition, path).key), model.get(definition, group).key, model.get(definition, path).key);
      api.change(next, { selection: existing(next, path) });
      setToast({ text: t("remove.deleted", { name }), undo: true, id: Date.now() });
      say(t("remove.deleted", { name }));
    },
    move(path, direction) {
      const target = model.neighbour(definition, path, direction);
      if (target) api.moveTo(path, ...target);
    },
    moveTo(path, listPath, index) {
      const name = model.nameOf(definition, path, shown) || t(`kind.${model.typeOf(path)}`);
      const [next, place] = model.move(definition, path, listPath, index);
      if (model.same(place, path)) return;
      api.change(next, { selection: place });
      const stayed = model.same(listPath, path.slice(0, -1));
      const count = model.get(next, listPath).length;
      say(
        stayed
          ? t("structure.moved", { name, place: place.at(-1) + 1, count })
          : t("structure.moved_to", { name, parent: model.nameOf(next, listPath.slice(0, 2), shown) }),
      );
    },
    /** A fresh part's key follows its name until somebody goes elsewhere; a name without languages has no code. */
    rename(path, field, code, text) {
      const place = code === null ? [...path, field] : [...path, field, code];
      let next = model.set(definition, place, text);
      const isMain = code === null || code === definition.language;
      const follows = (field === "label" || field === "title") && fresh === path.join("/") && isMain && text.trim();
      if (follows && referencesTo(definition, path).length === 0) {
        next = renameKey(next, path, model.keyFrom(next, path, text));
      }
      api.change(next, { field: place.join("/") });
    },
    /** Continue with what another editor saved; one's own stays behind Undo. */
    async takeTheirs() {
      const response = await fetch(start.urls.draft, { headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(String(response.status));
      const answer = await response.json();
      const theirs = { ...answer, definition: model.whole(answer.definition) };
      saver.current.resume(theirs);
      setProblems(theirs.problems);
      setSaves((number) => number + 1);
      dispatch({ type: "change", definition: theirs.definition });
    },
  };
  return api;
}

function withoutDefault(definition, groupPath, key) {
  const { default: before } = model.get(definition, groupPath);
  if (before === key) return model.set(definition, [...groupPath, "default"], null);
  if (!Array.isArray(before)) return definition;
  return model.set(definition, [...groupPath, "default"], before.filter((one) => one !== key));
}

/** Focus once it is drawn; the pane may have to come into view first. */
export function focusSoon(id, { select = false } = {}) {
  const tries = [30, 120, 300];
  const attempt = () => {
    const element = document.getElementById(id);
    if (!element || element.getClientRects().length === 0) return tries.length ? setTimeout(attempt, tries.shift()) : undefined;
    element.focus();
    element.scrollIntoView({ block: "center" });
    if (select) element.select?.();
  };
  setTimeout(attempt, tries.shift());
}
