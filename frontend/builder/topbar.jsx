// On top: where we are, how saving goes, undo, what is wrong, and publishing.

import { Icon, IconButton, Popover } from "./bits.jsx";
import { clock, count, start, t } from "./material.js";
import * as model from "./model.js";
import { ruleName } from "./rules.jsx";
import { useBuilder } from "./store.js";

export function Topbar({ onConflict }) {
  const builder = useBuilder();
  const { readOnly, canUndo, canRedo, undo, redo } = builder;
  return (
    <header class="b-top">
      <a class="icon-btn" href={start.urls.list} aria-label={t("bar.back")} title={t("bar.back")}><Icon name="arrow-left" /></a>
      <h1>{start.name}</h1>
      <State builder={builder} />
      {!readOnly && <Saving onConflict={onConflict} />}
      {!readOnly && (
        <span class="b-undo">
          <IconButton icon="undo-2" label={`${t("bar.undo")} (Ctrl+Z)`} aria-disabled={!canUndo || undefined} onClick={undo} />
          <IconButton icon="redo-2" label={`${t("bar.redo")} (Ctrl+Shift+Z)`} aria-disabled={!canRedo || undefined} onClick={redo} />
        </span>
      )}
      <span class="b-space" />
      <ProblemList />
      {start.canPublish && <Publish />}
      <More />
    </header>
  );
}

function State({ builder }) {
  if (builder.readOnly) return <span class="tag tag-slate"><Icon name="eye" />{t("bar.readonly")}</span>;
  if (!start.live) return <span class="tag tag-sun"><Icon name="pencil-line" />{t("bar.draft")}</span>;
  if (start.live.same && !builder.touched) return <span class="tag tag-pine"><Icon name="globe" />{t("bar.live", { number: start.live.number })}</span>;
  return <span class="tag tag-sun"><Icon name="pencil-line" />{t("bar.changed")}</span>;
}

function Saving({ onConflict }) {
  const { saving } = useBuilder();
  switch (saving.name) {
    case "saving":
      return <span class="b-saving">{t("save.saving")}</span>;
    case "waiting":
      return <span class="b-saving">{t("save.waiting")}</span>;
    case "retrying":
      return (
        <span class="b-saving b-trouble-text" title={t(saving.signedOut ? "save.signed_out" : "save.retrying_help")}>
          <Icon name="cloud-off" /> {t("save.retrying")}
        </span>
      );
    case "refused":
      return <span class="b-saving b-trouble-text" title={saving.message}><Icon name="circle-alert" /> {t("save.refused")}</span>;
    case "conflict":
      return (
        <span class="b-saving b-trouble-text">
          {t("conflict.paused")} <button type="button" class="btn btn-sm btn-danger" onClick={onConflict}>{t("conflict.choose")}</button>
        </span>
      );
    default:
      return <span class="b-saving">{t("save.saved", { time: clock(saving.at) })}</span>;
  }
}

function ProblemList() {
  const { problems, select } = useBuilder();
  const errors = problems.filter(({ severity }) => severity === "error");
  const remarks = problems.filter(({ severity }) => severity !== "error");
  if (!problems.length) return <span class="b-fine"><Icon name="circle-check" /> <span>{t("bar.fine")}</span></span>;
  const tone = errors.length ? "b-count-error" : "b-count-remark";
  const text = errors.length ? count("bar.errors", errors.length) : count("bar.remarks", remarks.length);
  const button = (wiring) => (
    <button type="button" class={`btn b-count ${tone}`} {...wiring}>
      <Icon name={errors.length ? "circle-alert" : "triangle-alert"} /> <span>{text}</span>
    </button>
  );
  return (
    <Popover button={button} label={t("bar.problems")} class="b-problems">
      {(close) => (
        <>
          <h2>{t("bar.problems")}</h2>
          <p class="field-help">{t("bar.problems_help")}</p>
          <ul>
            {[...errors, ...remarks].map((problem, index) => (
              <li key={index}>
                <ProblemButton
                  problem={problem}
                  onGo={() => {
                    close();
                    select(model.partOf(problem.path), { focus: fieldOf(problem.path) });
                  }}
                />
              </li>
            ))}
          </ul>
        </>
      )}
    </Popover>
  );
}

function ProblemButton({ problem, onGo }) {
  const { definition, language, setLanguage, languages } = useBuilder();
  const part = model.partOf(problem.path);
  const type = model.typeOf(part);
  const name = type === "general" ? t("general.title") : type === "rule" ? ruleName(definition, model.get(definition, part) ?? {}, language) : model.nameOf(definition, part, language);
  const isError = problem.severity === "error";
  const go = () => {
    const code = problem.path.at(-1);
    if (languages.includes(code)) setLanguage(code);
    onGo();
  };
  return (
    <button type="button" class="b-problem" onClick={go}>
      <span class={isError ? "b-wrong" : "b-warned"}><Icon name={isError ? "circle-alert" : "triangle-alert"} label={t(isError ? "bar.error" : "bar.remark")} /></span>
      <span>
        <strong>{name || t("structure.nameless")}</strong>
        <span>{problem.message}</span>
      </span>
    </button>
  );
}

/** The control that a problem is about; a key is behind its button. */
function fieldOf(path) {
  const id = model.idOf(path);
  return path.at(-1) === "key" ? `${id}-change` : id;
}

function Publish() {
  const { problems, saver } = useBuilder();
  const blocked = problems.some(({ severity }) => severity === "error");
  const go = async (event) => {
    event.preventDefault();
    if (blocked) return;
    if (await saver.flush()) location.assign(start.urls.publish);
  };
  const text = t("bar.publish_number", { number: (start.live?.latest ?? 0) + 1 });
  return (
    <a class={blocked ? "btn b-blocked" : "btn btn-ember"} href={start.urls.publish} aria-disabled={blocked || undefined} title={blocked ? t("bar.publish_blocked") : undefined} onClick={go}>
      <Icon name={blocked ? "lock" : "globe"} /> <span>{text}</span>
    </a>
  );
}

function More() {
  const links = [
    ...(start.canEdit ? [["scenarios", "scale"]] : []),
    ["versions", "history"],
    ["embed", "code"],
    ...(start.canEdit ? [["rename", "pencil-line"], ["duplicate", "copy"]] : []),
  ];
  const button = (wiring) => <IconButton icon="ellipsis-vertical" label={t("bar.more")} {...wiring} />;
  return (
    <Popover button={button} label={t("bar.more")}>
      {() => (
        <ul>
          {links.map(([name, icon]) => (
            <li key={name}><a class="menu-item" href={start.urls[name]}><Icon name={icon} />{t(`bar.${name}`)}</a></li>
          ))}
        </ul>
      )}
    </Popover>
  );
}
