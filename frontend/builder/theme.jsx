// How the configurator looks: the house style, or colours of one's own that can be read.

import { useEffect, useState } from "preact/hooks";

import { Field, IntegerField, SelectField, Toggle, useProblems } from "./bits.jsx";
import { ImageField } from "./images.jsx";
import { material, t } from "./material.js";
import { useBuilder } from "./store.js";

const COLOURS = ["accent", "text", "background"];
const COLOUR = /^#[0-9a-f]{6}$/;

export function ThemeEditor({ theme }) {
  const { set } = useBuilder();
  return (
    <div class="b-block">
      <Toggle path={["theme"]} label={t("theme.own")} help={t("theme.own_help")} checked={Boolean(theme)} onToggle={(on) => set(["theme"], on ? { ...material.theme } : null)} />
      {theme && (
        <>
          {COLOURS.map((name) => <ColourField key={name} path={["theme", name]} label={t(`theme.${name}`)} value={theme[name]} />)}
          <div class="b-pair">
            <IntegerField path={["theme", "radius"]} label={t("theme.radius")} value={theme.radius} />
            <SelectField path={["theme", "font"]} label={t("theme.font")} value={theme.font} options={material.fonts.map((font) => [font, t(`theme.font_${font}`)])} />
          </div>
          <ImageField path={["theme", "logo"]} title={t("image.logo")} help={t("image.logo_help")} image={theme.logo} />
        </>
      )}
    </div>
  );
}

/** Picked or typed; one that cannot be read comes with the nearest that can. */
function ColourField({ path, label, value }) {
  const { readOnly, set } = useBuilder();
  const [draft, setDraft] = useState(null);
  const offer = useProblems(path).find((problem) => problem.offer)?.offer;
  useEffect(() => setDraft(null), [value]);
  const type = (typed) => {
    const colour = typed.trim().toLowerCase();
    setDraft(typed);
    if (COLOUR.test(colour)) set(path, colour, { typing: true });
  };
  const error = draft !== null && !COLOUR.test(draft.trim().toLowerCase()) ? t("theme.not_a_colour") : undefined;
  return (
    <div>
      <Field path={path} label={label} error={error}>
        {(wiring) => (
          <span class="b-colour">
            <input type="color" aria-label={t("theme.pick", { name: label })} value={COLOUR.test(value) ? value : "#000000"} disabled={readOnly} onInput={(event) => type(event.target.value)} />
            <input {...wiring} class="control" value={draft ?? value ?? ""} maxLength={7} disabled={readOnly} autocomplete="off" spellcheck={false} onInput={(event) => type(event.target.value)} />
          </span>
        )}
      </Field>
      {offer && !readOnly && (
        <button type="button" class="btn btn-sm b-offer" onClick={() => set(path, offer)}>
          <svg width="16" height="16" aria-hidden="true"><rect width="16" height="16" rx="4" fill={offer} /></svg>
          {t("theme.use", { colour: offer })}
        </button>
      )}
    </div>
  );
}
