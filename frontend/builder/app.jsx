// The builder: top bar, structure, preview, properties; on a small screen one of the three at a time.

import { useEffect, useState } from "preact/hooks";

import { Dialog, Icon, IconButton } from "./bits.jsx";
import { start, t } from "./material.js";
import { Preview } from "./preview.jsx";
import { Properties } from "./properties.jsx";
import { Builder, useBuilder, useStore } from "./store.js";
import { Structure } from "./structure.jsx";
import { Topbar } from "./topbar.jsx";

const PANES = [["structure", "list-tree", Structure], ["preview", "eye", Preview], ["properties", "sliders-horizontal", Properties]];

export function App() {
  const store = useStore();
  const [deciding, setDeciding] = useState(false);
  useEffect(() => setDeciding(store.saving.name === "conflict"), [store.saving.name]);
  useShortcuts(store);
  return (
    <Builder.Provider value={store}>
      <div class="builder" data-pane={store.pane}>
        <Topbar onConflict={() => setDeciding(true)} />
        <nav class="b-panes" aria-label={t("bar.panes")}>
          {PANES.map(([name, icon]) => (
            <button key={name} type="button" aria-current={store.pane === name ? "true" : undefined} onClick={() => store.setPane(name)}>
              <Icon name={icon} /> {t(`bar.${name}`)}
            </button>
          ))}
        </nav>
        <div class="b-body">
          {PANES.map(([name, _icon, Pane]) => (
            <div key={name} class={`b-pane b-pane-${name}`}><Pane /></div>
          ))}
        </div>
        <Toast />
        {deciding && <Conflict onClose={() => setDeciding(false)} />}
        <p class="visually-hidden" role="status">{store.said}</p>
      </div>
    </Builder.Provider>
  );
}

function useShortcuts({ undo, redo, readOnly }) {
  useEffect(() => {
    const press = (event) => {
      if (readOnly || !(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector("dialog[open]")) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) redo();
      else undo();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [undo, redo]);
}

function Toast() {
  const { toast, setToast, undo } = useBuilder();
  useEffect(() => {
    if (!toast) return undefined;
    const timer = setTimeout(() => setToast(null), 12000);
    return () => clearTimeout(timer);
  }, [toast?.id]);
  if (!toast) return null;
  return (
    <div class="b-toast">
      <span>{toast.text}</span>
      {toast.undo && <button type="button" class="btn btn-sm" onClick={undo}><Icon name="undo-2" /> {t("do.undo")}</button>}
      <IconButton icon="x" label={t("bar.close")} onClick={() => setToast(null)} />
    </div>
  );
}

/** Somebody else saved first: nothing is lost, whatever is chosen. */
function Conflict({ onClose }) {
  const { definition, takeTheirs } = useBuilder();
  const [note, setNote] = useState("");
  const download = () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(definition, null, 1)], { type: "application/json" }));
    link.download = `${start.name.replace(/[^\p{L}\p{N}]+/gu, "-")}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    setNote(t("conflict.downloaded"));
  };
  const load = async () => {
    try {
      await takeTheirs();
      onClose();
    } catch {
      setNote(t("conflict.failed"));
    }
  };
  const foot = (
    <>
      <button type="button" class="btn btn-ghost" onClick={onClose}>{t("conflict.later")}</button>
      <button type="button" class="btn" onClick={download}><Icon name="download" /> {t("conflict.download")}</button>
      <button type="button" class="btn btn-primary" onClick={load}>{t("conflict.load")}</button>
    </>
  );
  return (
    <Dialog title={t("conflict.title")} onClose={onClose} foot={foot}>
      <p>{t("conflict.text")}</p>
      <p class="field-help">{t("conflict.load_help")}</p>
      <p role="status"><strong>{note}</strong></p>
    </Dialog>
  );
}
