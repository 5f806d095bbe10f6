// On the right: everything about the selected part.

import { useLayoutEffect, useRef, useState } from "preact/hooks";

import { ConditionEditor } from "./conditions.jsx";
import { DecimalField, Dialog, Icon, IconButton, IntegerField, Problems, SelectField, Switch, TextField, Toggle, useProblems } from "./bits.jsx";
import { count, languageName, material, t } from "./material.js";
import * as model from "./model.js";
import { FormulaField } from "./formula_field.jsx";
import { ImageField, isOwn } from "./images.jsx";
import { LAYERS, LayersEditor, newPicture } from "./layers.jsx";
import { PriceEditor } from "./price.jsx";
import { referencesTo, renameKey } from "./references.js";
import { RuleEditor, ruleName } from "./rules.jsx";
import { focusSoon, useBuilder } from "./store.js";
import { TableEditor } from "./tables.jsx";
import { ThemeEditor } from "./theme.jsx";

const EDITORS = { step: StepEditor, group: GroupEditor, option: OptionEditor, rule: RulePart, line: LineEditor, table: TablePart, general: GeneralEditor };

export function Properties() {
  const { selection, definition } = useBuilder();
  const type = model.typeOf(selection);
  const Editor = EDITORS[type];
  const part = type === "general" ? definition : model.get(definition, selection);
  const section = useRef(null);
  // Another part begins at its top; what wants the focus brings itself into sight after that.
  useLayoutEffect(() => {
    section.current.parentElement.scrollTop = 0;
  }, [selection.join("/")]);
  return (
    <section class="b-properties" aria-labelledby="b-properties-title" ref={section}>
      {part && (
        <div key={selection.join("/")}>
          <Head path={selection} type={type} part={part} />
          <Editor path={selection} part={part} />
        </div>
      )}
    </section>
  );
}

/* --- Its name, and what can be done with it ---------------------------------------------------------- */

function Head({ path, type, part }) {
  const builder = useBuilder();
  const { definition, language, readOnly } = builder;
  const [users, setUsers] = useState(null);
  const name = type === "general" ? t("general.title") : type === "rule" ? ruleName(definition, part, language) : model.nameOf(definition, path, language) || t("structure.nameless");
  const crumbs = [2, 4, 6].filter((length) => length < path.length).map((length) => path.slice(0, length));
  const word = type === "group" ? t(`kind.${part.kind}`) : type === "general" ? "" : t(`kind.${type}`);
  const remove = () => {
    const found = referencesTo(definition, path);
    if (found.length) setUsers(found);
    else builder.remove(path);
  };
  const canCopy = !(type === "group" && part.kind === "contact");
  return (
    <header class="b-prop-head">
      {type !== "general" && <p class="b-crumbs">
        {crumbs.map((place) => (
          <span key={place.length}>
            <button type="button" onClick={() => builder.select(place)}>{model.nameOf(definition, place, language) || t("structure.nameless")}</button>
            <span aria-hidden="true"> › </span>
          </span>
        ))}
        {word.toLowerCase()}
      </p>}
      <div class="spread">
        <h2 id="b-properties-title">{name}</h2>
        {type !== "general" && !readOnly && (
          <span class="b-tools">
            {canCopy && <IconButton icon="copy" label={t("do.duplicate")} onClick={() => builder.duplicate(path)} />}
            <IconButton icon="trash-2" label={t("remove.delete_name", { name })} onClick={remove} />
          </span>
        )}
      </div>
      {users && <InUse name={name} users={users} onClose={() => setUsers(null)} onRemove={() => builder.remove(path)} />}
    </header>
  );
}

function InUse({ name, users, onClose, onRemove }) {
  const { definition, language, select } = useBuilder();
  const places = [...new Map(users.map((path) => [model.partOf(path).join("/"), model.partOf(path)])).values()];
  const nameOf = (path) => (model.typeOf(path) === "rule" ? ruleName(definition, model.get(definition, path), language) : model.nameOf(definition, path, language));
  const foot = (
    <>
      <button type="button" class="btn" onClick={onClose}>{t("remove.cancel")}</button>
      <button
        type="button"
        class="btn btn-danger"
        onClick={() => {
          onClose();
          onRemove();
        }}
      >
        {t("remove.anyway")}
      </button>
    </>
  );
  return (
    <Dialog title={t("remove.in_use", { name })} onClose={onClose} foot={foot}>
      <p>{t("remove.in_use_help")}</p>
      <ul class="b-users">
        {places.map((path) => (
          <li key={path.join("/")}>
            <button
              type="button"
              class="btn btn-link"
              onClick={() => {
                onClose();
                select(path);
              }}
            >
              {t("remove.go", { name: nameOf(path) })}
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/* --- Texts in every language -------------------------------------------------------------------------- */

/** The texts of a part, a tab per language; `fields` are [name, label, {multiline, help, required, limit}]. */
function Texts({ path, part, type, fields }) {
  const { definition, language, languages, setLanguage, rename } = useBuilder();
  const missing = model.missingLanguages(part, type, languages);
  const tab = (code) => `b-tab-${code}`;
  const turn = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = languages[(languages.indexOf(language) + step + languages.length) % languages.length];
    setLanguage(next);
    focusSoon(tab(next));
  };
  const main = definition.language;
  return (
    <>
      {languages.length > 1 && (
        <div class="tabs b-languages" role="tablist" aria-label={t("text.languages")} onKeyDown={turn}>
          {languages.map((code) => (
            <button key={code} type="button" role="tab" id={tab(code)} aria-selected={code === language} aria-controls="b-texts" tabIndex={code === language ? 0 : -1} onClick={() => setLanguage(code)}>
              <span lang={code}>{languageName(code)}</span>
              {missing.includes(code) && <span class="b-missing">{t("text.missing")}</span>}
            </button>
          ))}
        </div>
      )}
      <div class="b-block b-texts" id="b-texts" role={languages.length > 1 ? "tabpanel" : undefined} aria-labelledby={languages.length > 1 ? tab(language) : undefined}>
        {fields.map(([name, label, { multiline, help, required, limit } = {}]) => {
          const texts = typeof part[name] === "object" ? part[name] : {};
          const original = texts?.[main]?.trim();
          const hint = language !== main && !texts?.[language]?.trim() && original ? t("text.main", { language: languageName(main), text: original }) : help;
          return (
            <TextField key={name} path={[...path, name, language]} label={label} help={hint} note={required ? undefined : t("text.optional")} lang={language} multiline={multiline} limit={limit ?? 2000} value={texts?.[language]} onText={(text) => rename(path, name, language, text)} />
          );
        })}
      </div>
    </>
  );
}

/* --- The key ------------------------------------------------------------------------------------------------ */

function KeyField({ path }) {
  const { definition, readOnly, change, say, fresh } = useBuilder();
  const part = model.get(definition, path);
  const [draft, setDraft] = useState(null);
  const id = model.idOf([...path, "key"]);
  const found = useProblems([...path, "key"]);
  const wrong = draft !== null && draft !== part.key ? model.keyProblem(definition, path, draft) : null;
  const users = draft === null ? 0 : referencesTo(definition, path).length;
  const apply = (event) => {
    event.preventDefault();
    if (wrong) return;
    change(renameKey(definition, path, draft));
    say(t("key.changed", { key: draft }));
    setDraft(null);
    focusSoon(`${id}-change`);
  };
  const open = () => {
    setDraft(part.key ?? "");
    focusSoon(id, { select: true });
  };
  return (
    <div class="b-block b-key">
      {draft === null ? (
        <p>
          <span>{t("key.label")}</span> <code>{part.key || "–"}</code>
          {!readOnly && <button type="button" class="btn btn-link" id={`${id}-change`} aria-label={t("key.change")} onClick={open}>{t("key.apply")}</button>}
        </p>
      ) : (
        <form onSubmit={apply}>
          <label class="field-label" for={id}>{t("key.label")}</label>
          <div class="input-group">
            <input id={id} class="control" value={draft} spellcheck={false} autocapitalize="off" autocomplete="off" maxLength={material.longestKey} aria-invalid={Boolean(wrong) || undefined} aria-describedby={`${id}-help`} onInput={(event) => setDraft(event.target.value.toLowerCase())} />
            <button class="btn btn-primary" disabled={Boolean(wrong)}>{t("key.apply")}</button>
            <button type="button" class="btn" onClick={() => setDraft(null)}>{t("key.cancel")}</button>
          </div>
          <div id={`${id}-help`}>
            {wrong && <p class="field-error"><Icon name="circle-alert" />{t(wrong)}</p>}
            <p class="field-help">{t("key.help")} {users > 0 && count("key.updates", users)}</p>
          </div>
        </form>
      )}
      <Problems problems={fresh === path.join("/") ? [] : found} />
    </div>
  );
}

/* --- One editor per part ---------------------------------------------------------------------------------- */

function StepEditor({ path, part }) {
  return (
    <>
      <Texts path={path} part={part} type="step" fields={[["title", t("text.step_name"), { required: true, limit: 200 }]]} />
      <Children path={[...path, "groups"]} list={part.groups ?? []} title={t("group.step_groups")} />
      <KeyField path={path} />
    </>
  );
}

/** What stands in this part, to go on to. */
function Children({ path, list, title }) {
  const { definition, language, select } = useBuilder();
  const problems = useProblems(path);
  if (!list.length) return <div class="b-block"><Problems problems={problems} /></div>;
  return (
    <div class="b-block">
      <h3>{title}</h3>
      <ul class="b-children">
        {list.map((_one, index) => (
          <li key={index}>
            <button type="button" onClick={() => select([...path, index])}>
              <span>{model.nameOf(definition, [...path, index], language) || t("structure.nameless")}</span>
              <Icon name="chevron-right" />
            </button>
          </li>
        ))}
      </ul>
      <Problems problems={problems} />
    </div>
  );
}

function GroupEditor({ path, part }) {
  const problems = useProblems(path);
  const Answer = ANSWERS[part.kind];
  return (
    <>
      <Texts path={path} part={part} type="group" fields={[["label", t("text.question"), { required: true, limit: 300 }], ...(part.kind === "repeat" ? [["item_label", t("text.item"), { required: true, limit: 100, help: t("group.item_help") }]] : []), ["help", t("text.help"), { multiline: part.kind === "text" || part.kind === "file" }], ...(WITH_UNIT.has(part.kind) ? [["unit", t("text.unit"), { help: t("group.unit_help"), limit: 40 }]] : [])]} />
      <Problems problems={problems} />
      {Answer && <Answer path={path} part={part} />}
      {ASKED.has(part.kind) && (part.required !== true || part.required_if) && <ConditionEditor path={[...path, "required_if"]} title={t("when.required")} none={t("when.required_never")} own={part.key} />}
      {PRICED.has(part.kind) && <PriceEditor path={[...path, "price"]} />}
      {part.kind !== "contact" && <ConditionEditor path={[...path, "visible_if"]} title={t("when.visible")} none={t("when.shown_always")} own={part.key} />}
      <KeyField path={path} />
    </>
  );
}

const WITH_UNIT = new Set(["number", "quantity", "calculated"]);
const PRICED = new Set(["number", "quantity", "boolean"]);
const ASKED = new Set(model.KINDS.filter((kind) => !["calculated", "contact", "repeat"].includes(kind)));
const ANSWERS = { number: NumberAnswer, quantity: NumberAnswer, boolean: BooleanAnswer, text: TextAnswer, date: DateAnswer, file: FileAnswer, single: ChoiceAnswer, multi: ChoiceAnswer, calculated: CalculatedAnswer, repeat: RepeatAnswer, contact: ContactAnswer };

/** What must be answered anyway needs no condition for it. */
function Required({ path, part }) {
  const { change, definition } = useBuilder();
  const toggle = (on) => change(model.set(definition, path, { ...part, required: on, ...(on && { required_if: null }) }));
  return <Toggle path={[...path, "required"]} label={t("group.required")} checked={part.required === true} onToggle={toggle} />;
}

function NumberAnswer({ path, part }) {
  const { language } = useBuilder();
  const unit = typeof part.unit === "string" ? part.unit : part.unit?.[language];
  const field = (name) => <DecimalField path={[...path, name]} label={t(`group.${name}`)} value={part[name]} suffix={unit} />;
  return (
    <div class="b-block">
      <h3>{t("group.answer")}</h3>
      <div class="b-pair">{field("min")}{field("max")}</div>
      <div class="b-pair">{field("step")}{field("default")}</div>
      <Required path={path} part={part} />
    </div>
  );
}

function CalculatedAnswer({ path, part }) {
  return (
    <div class="b-block">
      <h3>{t("group.formula")}</h3>
      <FormulaField path={[...path, "formula"]} value={part.formula} label={t("group.formula")} />
      <IntegerField path={[...path, "decimals"]} label={t("group.decimals")} value={part.decimals} />
    </div>
  );
}

function BooleanAnswer({ path, part }) {
  return (
    <div class="b-block">
      <h3>{t("group.answer")}</h3>
      <Toggle path={[...path, "default"]} label={t("group.checked")} checked={part.default === true} />
      <Required path={path} part={part} />
    </div>
  );
}

function TextAnswer({ path, part }) {
  return (
    <div class="b-block">
      <h3>{t("group.answer")}</h3>
      <Toggle path={[...path, "multiline"]} label={t("group.multiline")} checked={part.multiline === true} />
      <IntegerField path={[...path, "max_length"]} label={t("group.max_length")} value={part.max_length} />
      <Required path={path} part={part} />
      <Toggle path={[...path, "personal"]} label={t("group.personal")} help={t("group.personal_help")} checked={part.personal === true} />
      <div class="alert alert-warning b-note">
        <Icon name="shield" />
        <div>
          <p class="alert-title">{t("group.special")}</p>
          <p>{t("group.special_help")}</p>
        </div>
      </div>
    </div>
  );
}

/** How many items there may be, and what each of them asks. */
function RepeatAnswer({ path, part }) {
  const field = (name) => <IntegerField path={[...path, name]} label={t(`group.items_${name}`)} value={part[name]} />;
  return (
    <>
      <Children path={[...path, "groups"]} list={part.groups ?? []} title={t("group.items_ask")} />
      <div class="b-block">
        <h3>{t("group.items")}</h3>
        <div class="b-pair">{field("min")}{field("max")}</div>
        {field("default")}
        <p class="field-help">{t("group.items_help")}</p>
      </div>
    </>
  );
}

function DateAnswer({ path, part }) {
  return (
    <div class="b-block">
      <h3>{t("group.answer")}</h3>
      <div class="b-pair">
        <IntegerField path={[...path, "earliest"]} label={t("group.earliest")} value={part.earliest} signed />
        <IntegerField path={[...path, "latest"]} label={t("group.latest")} value={part.latest} signed />
      </div>
      <p class="field-help">{t("group.days_help")}</p>
      <Required path={path} part={part} />
      <Toggle path={[...path, "personal"]} label={t("group.personal")} help={t("group.personal_help")} checked={part.personal === true} />
    </div>
  );
}

const FILE_KINDS = ["image", "pdf"];

function FileAnswer({ path, part }) {
  const { set, readOnly } = useBuilder();
  const problems = useProblems([...path, "accept"]);
  const accepted = Array.isArray(part.accept) ? part.accept : FILE_KINDS;
  const accept = (kind, yes) => set([...path, "accept"], FILE_KINDS.filter((one) => (one === kind ? yes : accepted.includes(one))));
  return (
    <div class="b-block">
      <h3>{t("group.answer")}</h3>
      <fieldset class="choices field">
        <legend class="field-label">{t("group.accept")}</legend>
        {FILE_KINDS.map((kind) => (
          <div class="choice" key={kind}>
            <input class="check" type="checkbox" id={`${model.idOf(path)}-a-${kind}`} disabled={readOnly} checked={accepted.includes(kind)} onChange={(event) => accept(kind, event.target.checked)} />
            <label for={`${model.idOf(path)}-a-${kind}`}>{t(`group.accept_${kind}`)}</label>
          </div>
        ))}
        <Problems problems={problems} />
      </fieldset>
      <IntegerField path={[...path, "most"]} label={t("group.most")} value={part.most} />
      <Required path={path} part={part} />
      <p class="field-help">{t("group.file_note")}</p>
      <div class="alert alert-warning b-note">
        <Icon name="shield" />
        <div>
          <p class="alert-title">{t("group.special")}</p>
          <p>{t("group.special_file_help")}</p>
        </div>
      </div>
    </div>
  );
}

function ChoiceAnswer({ path, part }) {
  const { definition, language, set, readOnly } = useBuilder();
  const options = part.options ?? [];
  const names = options.map((option) => [option.key, model.textOf(option.label, language, definition.language) || option.key]);
  const several = Array.isArray(part.default) ? part.default : [];
  const problems = useProblems([...path, "default"]);
  return (
    <>
      <Children path={[...path, "options"]} list={options} title={t("group.options")} />
      <div class="b-block">
        <h3>{t("group.answer")}</h3>
        {part.kind === "single" ? (
          <SelectField path={[...path, "default"]} label={t("group.default")} value={part.default} options={[["", t("group.no_default")], ...names]} />
        ) : (
          <>
            <fieldset class="choices field">
              <legend class="field-label">{t("group.default")}</legend>
              {names.map(([key, name]) => (
                <div class="choice" key={key}>
                  <input class="check" type="checkbox" id={`${model.idOf(path)}-d-${key}`} disabled={readOnly} checked={several.includes(key)} onChange={(event) => set([...path, "default"], event.target.checked ? [...several, key] : several.filter((one) => one !== key))} />
                  <label for={`${model.idOf(path)}-d-${key}`}>{name}</label>
                </div>
              ))}
              <Problems problems={problems} />
            </fieldset>
            <div class="b-pair">
              <IntegerField path={[...path, "min_choices"]} label={t("group.at_least")} value={part.min_choices} />
              <IntegerField path={[...path, "max_choices"]} label={t("group.at_most")} value={part.max_choices} />
            </div>
          </>
        )}
        <Required path={path} part={part} />
      </div>
    </>
  );
}

function ContactAnswer({ path, part }) {
  return (
    <div class="b-block">
      <SelectField path={[...path, "phone"]} label={t("group.phone")} value={part.phone ?? "optional"} options={["optional", "required", "hidden"].map((kind) => [kind, t(`group.phone_${kind}`)])} />
      <p class="field-help">{t("group.contact_note")}</p>
    </div>
  );
}

function OptionEditor({ path, part }) {
  const { definition } = useBuilder();
  const pictures = pictureChoices(definition, part.image);
  return (
    <>
      <Texts path={path} part={part} type="option" fields={[["label", t("text.name"), { required: true, limit: 200 }], ["help", t("text.help"), { limit: 400 }]]} />
      <PriceEditor path={[...path, "price"]} />
      <ConditionEditor path={[...path, "available_if"]} title={t("option.available")} none={t("option.always")}>
        <ReasonField path={path} part={part} />
      </ConditionEditor>
      <ImageField path={[...path, "image"]} title={t("option.image")} image={part.image}>
        {pictures.length > 1 && !isOwn(part.image) && <SelectField path={[...path, "image"]} label={t("option.drawn")} value={part.image} options={pictures} />}
      </ImageField>
      <KeyField path={path} />
    </>
  );
}

function ReasonField({ path, part }) {
  const { language, definition } = useBuilder();
  const problems = useProblems([...path, "reason"]);
  const main = part.reason?.[definition.language];
  const help = language !== definition.language && main && !part.reason?.[language] ? t("text.main", { language: languageName(definition.language), text: main }) : t("option.reason_help");
  return (
    <>
      <TextField path={[...path, "reason", language]} label={`${t("option.reason")} (${languageName(language)})`} help={help} lang={language} value={part.reason?.[language]} />
      <Problems problems={problems} />
    </>
  );
}

/** The drawn options of the chosen drawing, by their own names. */
function pictureChoices(definition, current) {
  const own = material.pictures.filter((picture) => picture.startsWith(`${definition.drawing}/`));
  const all = typeof current === "string" && current && !own.includes(current) ? [...own, current] : own;
  const words = (slug) => slug.split("/").slice(1).join(": ").replaceAll("_", " ");
  return [["", t("option.no_image")], ...all.map((slug) => [slug, words(slug)])];
}

function RulePart({ path, part }) {
  return (
    <>
      <RuleEditor path={path} />
      <Texts path={path} part={part} type="rule" fields={[["reason", t("rule.reason"), { required: true, multiline: true, help: t("rule.reason_help") }]]} />
      <KeyField path={path} />
    </>
  );
}

function LineEditor({ path, part }) {
  return (
    <>
      <Texts path={path} part={part} type="line" fields={[["label", t("text.line_name"), { required: true, limit: 200 }]]} />
      <PriceEditor path={[...path, "price"]} required />
      <ConditionEditor path={[...path, "if"]} title={t("when.counts")} none={t("when.counts_always")} />
      <KeyField path={path} />
      <p class="b-block field-help">{t("line.note")}</p>
    </>
  );
}

function TablePart({ path, part }) {
  return <TableEditor path={path} part={part} keyField={<KeyField path={path} />} />;
}

/* --- The whole ------------------------------------------------------------------------------------------------ */

function GeneralEditor({ part }) {
  const { set } = useBuilder();
  const draw = (picked) => set(["drawing"], picked === LAYERS ? newPicture() : picked || null);
  return (
    <>
      <Texts path={[]} part={part} type="general" fields={[["title", t("text.title"), { required: true, limit: 200 }], ["intro", t("text.intro"), { multiline: true }]]} />
      <Languages part={part} />
      <Money part={part} />
      <div class="b-block">
        <SelectField path={["drawing"]} label={t("general.drawing")} value={isOwn(part.drawing) ? LAYERS : part.drawing} options={[["", t("general.no_drawing")], ...material.drawings.map((slug) => [slug, t(`do.${slug}`)]), [LAYERS, t("layer.kind")]]} onPick={draw} />
      </div>
      {isOwn(part.drawing) && <LayersEditor drawing={part.drawing} />}
      <ThemeEditor theme={part.theme} />
    </>
  );
}

function Languages({ part }) {
  const { change, definition, set, readOnly } = useBuilder();
  const chosen = part.languages ?? [];
  const toggle = (code, on) => {
    const languages = on ? [...chosen, code] : chosen.filter((one) => one !== code);
    const language = languages.includes(part.language) ? part.language : languages[0];
    change({ ...definition, languages, language });
  };
  return (
    <div class="b-block">
      <fieldset class="choices field">
        <legend class="field-label">{t("general.languages")}</legend>
        {Object.keys(material.languages).map((code) => (
          <div class="choice" key={code}>
            <input class="check" type="checkbox" id={`b-language-${code}`} checked={chosen.includes(code)} disabled={readOnly || (chosen.length === 1 && chosen[0] === code)} onChange={(event) => toggle(code, event.target.checked)} />
            <label for={`b-language-${code}`} lang={code}>{languageName(code)}</label>
          </div>
        ))}
        <p class="field-help">{chosen.length === 1 ? t("general.last_language") : t("general.texts_kept")}</p>
      </fieldset>
      <SelectField path={["language"]} label={t("general.main")} help={t("general.main_help")} value={part.language} options={chosen.map((code) => [code, languageName(code)])} onPick={(code) => set(["language"], code)} />
    </div>
  );
}

/** How visitors are told what it costs; the steps of a rounded price stay while its maker looks around. */
function Display({ part }) {
  const { set } = useBuilder();
  const { kind, step } = part.price_display ?? {};
  const isRounded = ROUNDED.has(kind);
  const pick = (picked) => set(["price_display"], ROUNDED.has(picked) ? { kind: picked, step: step ?? "250" } : { kind: picked });
  return (
    <>
      <SelectField path={["price_display", "kind"]} label={t("general.display")} help={kind && t(`general.display_${kind}_help`)} value={kind} options={DISPLAYS.map((one) => [one, t(`general.display_${one}`)])} onPick={pick} />
      {isRounded && <DecimalField path={["price_display", "step"]} label={t("general.display_step")} value={step} suffix={part.currency} />}
    </>
  );
}

const DISPLAYS = ["exact", "range", "from", "after", "none"];
const ROUNDED = new Set(["range", "from"]);

function Money({ part }) {
  const { set, readOnly } = useBuilder();
  return (
    <div class="b-block">
      <Display part={part} />
      <div class="b-pair">
        <DecimalField path={["vat", "rate"]} label={t("general.vat")} value={part.vat?.rate} suffix="%" />
        <SelectField path={["currency"]} label={t("general.currency")} value={part.currency} options={material.currencies.map((code) => [code, code])} />
      </div>
      <Switch legend={t("general.prices")} hideLegend={false} disabled={readOnly} value={part.vat?.prices} onPick={(prices) => set(["vat", "prices"], prices)} options={[["including", t("general.including")], ["excluding", t("general.excluding")]]} />
    </div>
  );
}
