// In the middle: the visitor's own page, made of the draft as it was last saved.

import { useEffect, useRef, useState } from "preact/hooks";

import { Switch } from "./bits.jsx";
import { languageName, start, t } from "./material.js";
import * as model from "./model.js";
import { useBuilder } from "./store.js";

export function Preview() {
  const builder = useBuilder();
  const { language, languages, setLanguage, problems, saves } = builder;
  const broken = problems.some(({ severity }) => severity === "error");
  const [device, setDevice] = useState("phone");
  return (
    <section class="b-preview" aria-labelledby="b-preview-title">
      <header class="b-preview-head">
        <h2 id="b-preview-title" class="visually-hidden">{t("preview.title")}</h2>
        <Switch legend={t("preview.device")} value={device} onPick={setDevice} options={[["phone", t("preview.phone"), "smartphone"], ["desktop", t("preview.desktop"), "monitor"]]} />
        {languages.length > 1 && (
          <Switch legend={t("preview.language")} value={language} onPick={setLanguage} options={languages.map((code) => [code, <abbr title={languageName(code)}>{code.toUpperCase()}</abbr>])} />
        )}
      </header>
      <Stage builder={builder} device={device} address={`${start.urls.preview}?lang=${language}`} saves={saves} broken={broken} />
    </section>
  );
}

/** Two frames take turns: the new page is drawn behind the old one and takes its place when it is whole. */
function Stage({ builder, device, address, saves, broken }) {
  const [pages, setPages] = useState([{ id: 0, src: `${address}&r=0` }]);
  const [trouble, setTrouble] = useState(false);
  const [note, setNote] = useState("");
  const frames = useRef({});
  const latest = useRef(0);
  const drawn = useRef(address);
  const builderRef = useRef(builder);
  builderRef.current = builder;

  useEffect(() => {
    if (saves === 0 && pages[0].src === `${address}&r=0`) return;
    // While there is an error, what was drawn last is of more use than a page that waits.
    if (broken && drawn.current === address) return;
    drawn.current = address;
    latest.current += 1;
    setPages((before) => [before[0], { id: latest.current, src: `${address}&r=${latest.current}` }].slice(0, 2));
  }, [address, saves]);

  const loaded = (page) => {
    const frame = frames.current[page.id];
    const inside = documentOf(frame);
    setTrouble(!inside?.body?.childElementCount || !inside.getElementById("content"));
    if (!inside) return;
    const shown = frames.current[pages[0].id];
    if (frame !== shown) takeOver(shown, frame);
    listen(inside, builderRef, setNote);
    point(inside, builderRef.current, { scroll: frame === shown });
    if (page.id === latest.current || frame === shown) setPages([page]);
  };
  const current = documentOf(frames.current[pages[0].id]);
  useEffect(() => {
    if (current) point(current, builder, { scroll: !builder.fromPreview });
  }, [builder.selection, builder.definition]);
  useEffect(() => {
    if (!note) return undefined;
    const timer = setTimeout(() => setNote(""), 5000);
    return () => clearTimeout(timer);
  }, [note]);

  const again = () => {
    latest.current += 1;
    setPages([{ id: latest.current, src: `${address}&r=${latest.current}` }]);
    setTrouble(false);
  };
  return (
    <div class="b-stage">
      <div class={`b-device b-${device}`} data-busy={pages.length > 1 || undefined}>
        {pages.map((page, index) => (
          <iframe
            key={page.id}
            ref={(element) => {
              if (element) frames.current[page.id] = element;
              else delete frames.current[page.id];
            }}
            class={index ? "b-frame b-behind" : "b-frame"}
            src={page.src}
            title={t("preview.frame", { language: languageName(builder.language) })}
            aria-hidden={index ? "true" : undefined}
            tabIndex={index ? -1 : undefined}
            onLoad={() => loaded(page)}
          />
        ))}
        {trouble && (
          <div class="b-trouble">
            <p>{t("preview.trouble")}</p>
            <button type="button" class="btn" onClick={again}>{t("preview.again")}</button>
          </div>
        )}
      </div>
      <p class="b-hint" role="status">
        {note ? <strong>{note}</strong> : broken && current?.querySelector("form.sheet") ? t("preview.stale") : !builder.readOnly && t("preview.hint")}
      </p>
    </div>
  );
}

function documentOf(frame) {
  try {
    return frame?.contentDocument ?? null;
  } catch {
    return null;
  }
}

/** What was scrolled to and filled in stays, as far as the new page still asks it. */
function takeOver(from, to) {
  const before = documentOf(from);
  const after = documentOf(to);
  const form = after.querySelector("form.sheet");
  let filled = false;
  for (const old of before?.querySelectorAll("form.sheet :is(input, textarea)") ?? []) {
    if (!form || !old.name || old.type === "hidden") continue;
    const selector = `[name="${CSS.escape(old.name)}"]${/radio|checkbox/.test(old.type) ? `[value="${CSS.escape(old.value)}"]` : ""}`;
    const fresh = form.querySelector(selector);
    if (!fresh || fresh.disabled) continue;
    if (/radio|checkbox/.test(old.type)) {
      if (old.checked === old.defaultChecked || fresh.checked === old.checked) continue;
      fresh.checked = old.checked;
    } else {
      if (old.value === old.defaultValue || fresh.value === old.value) continue;
      fresh.value = old.value;
    }
    filled = fresh;
  }
  if (filled) {
    filled.dispatchEvent(new Event("input", { bubbles: true }));
    filled.dispatchEvent(new Event("change", { bubbles: true }));
  }
  to.contentWindow.scrollTo(0, from.contentWindow.scrollY);
}

/** Nothing is sent from here, and a click on a part selects it. */
function listen(inside, builderRef, setNote) {
  inside.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      setNote(t("preview.not_sent"));
    },
    true,
  );
  inside.addEventListener("click", (event) => {
    const path = pathOf(event.target, builderRef.current.definition);
    if (path) builderRef.current.select(path, { show: false });
  });
}

function pathOf(target, definition) {
  const part = target.closest?.("[data-option], [data-group], [data-item], [data-step]");
  if (!part || target.closest("nav")) return null;
  const { option, group, item, step } = part.dataset;
  const [groupKey, optionKey] = (option ?? group ?? item?.replace(/-\d+$/, "") ?? "").split(".");
  const found = [...model.groupsOf(definition)].find((one) => keyOnPage(one, /\d+/.source).test(groupKey));
  if (found) {
    const index = (found.group.options ?? []).findIndex(({ key }) => key === optionKey);
    return option && index >= 0 ? [...found.path, "options", index] : found.path;
  }
  const index = definition.steps.findIndex(({ key }) => key === step);
  return index >= 0 ? ["steps", index] : null;
}

/** How a question is called on the page: by its own key, or by that of an item whose number fits. */
const keyOnPage = ({ group, repeat }, number) => new RegExp(repeat ? `^${repeat.key}_${number}_${group.key}$` : `^${group.key}$`);

/** Marks the selected part with a dashed line, and brings it into view. */
function point(inside, { definition, selection }, { scroll }) {
  for (const old of inside.querySelectorAll("[data-pointed]")) {
    old.style.outline = old.style.outlineOffset = old.style.borderRadius = "";
    delete old.dataset.pointed;
  }
  const place = placeOf(inside, definition, selection);
  if (!place) return;
  if (model.typeOf(selection) !== "step") {
    place.style.outline = "2px dashed #b3431e";
    place.style.outlineOffset = "4px";
    place.style.borderRadius = "12px";
    place.dataset.pointed = "";
  }
  const box = place.getBoundingClientRect();
  const view = inside.defaultView;
  if (scroll && (box.top < 90 || box.bottom > view.innerHeight - 110)) {
    view.scrollTo({ top: view.scrollY + box.top - Math.max(100, (view.innerHeight - box.height) / 3), behavior: "smooth" });
  }
}

function placeOf(inside, definition, selection) {
  const type = model.typeOf(selection);
  const part = model.get(definition, selection);
  const find = (attribute, key) => inside.querySelector(`[${attribute}="${CSS.escape(key ?? "")}"]`);
  if (!part) return null;
  if (type === "step") return find("data-step", part.key);
  const group = type === "option" ? selection.slice(0, -2) : selection;
  const found = [...model.groupsOf(definition)].find(({ path }) => model.same(path, group));
  // Of what each item asks, the first item shows it.
  const key = found?.repeat ? `${found.repeat.key}_1_${found.group.key}` : found?.group.key;
  if (type === "group") return find("data-group", key);
  if (type === "option") return find("data-option", `${key}.${part.key}`);
  return null;
}

