// A picture in layers that follows the choices: images on each other, each with when it is seen.

import { IconButton, Problems, useProblems } from "./bits.jsx";
import { ConditionEditor } from "./conditions.jsx";
import { InWords, Thumbnail, UploadButton } from "./images.jsx";
import { t } from "./material.js";
import * as model from "./model.js";
import { focusSoon, useBuilder } from "./store.js";

export const LAYERS = "layers";
export const newPicture = () => ({ kind: "layers", layers: [], alt: {} });

const PATH = ["drawing", "layers"];

export function LayersEditor({ drawing }) {
  const { definition, change, readOnly } = useBuilder();
  const layers = drawing.layers ?? [];
  const problems = useProblems(PATH);
  const put = (next) => change(model.set(definition, PATH, next));
  const add = (found) => {
    let next = layers;
    for (const image of found) next = [...next, { key: freeKey(next), if: null, ...image }];
    put(next);
  };
  const move = (index, direction) => {
    const next = [...layers];
    [next[index], next[index + direction]] = [next[index + direction], next[index]];
    put(next);
    focusSoon(`b-layer-${index + direction}-${direction}`);
  };
  return (
    <>
      <div class="b-block">
        <h3>{t("layer.title")}</h3>
        <p class="field-help">{t("layer.help")}</p>
        {layers.length === 0 && <p class="b-none">{t("layer.none")}</p>}
        <ol class="b-layers">
          {layers.map((layer, index) => (
            <Layer key={layer.key} layer={layer} index={index} last={layers.length - 1} onMove={move} onRemove={() => put(layers.filter((one) => one !== layer))} />
          ))}
        </ol>
        <Problems problems={problems} />
        {!readOnly && <UploadButton id="b-layer-add" label={t("layer.add")} multiple onFound={add} />}
        <p class="field-help">{t("image.kinds")} {t("image.people")}</p>
      </div>
      {layers.length > 0 && (
        <div class="b-block">
          <h3>{t("layer.words")}</h3>
          <InWords path={["drawing"]} part={drawing} />
        </div>
      )}
    </>
  );
}

function Layer({ layer, index, last, onMove, onRemove }) {
  const { readOnly } = useBuilder();
  const path = [...PATH, index];
  const problems = useProblems([...path, "file"]);
  const number = index + 1;
  const mover = (direction, icon, label) => (
    <IconButton icon={icon} id={`b-layer-${index}-${direction}`} label={t(label, { number })} aria-disabled={(direction < 0 ? index === 0 : index === last) || undefined} onClick={() => (direction < 0 ? index > 0 : index < last) && onMove(index, direction)} />
  );
  return (
    <li class="b-layer">
      <div class="b-layer-head">
        <Thumbnail image={layer} />
        <strong>{t("layer.number", { number })}</strong>
        {!readOnly && (
          <span class="b-tools">
            {mover(-1, "chevron-up", "layer.up")}
            {mover(1, "chevron-down", "layer.down")}
            <IconButton icon="trash-2" label={t("layer.remove", { number })} onClick={onRemove} />
          </span>
        )}
      </div>
      <Problems problems={problems} />
      <ConditionEditor path={[...path, "if"]} title={t("layer.seen", { number })} none={t("layer.always")} />
    </li>
  );
}

function freeKey(layers) {
  for (let number = layers.length + 1; ; number++) {
    const key = `layer_${number}`;
    if (!layers.some((layer) => layer.key === key)) return key;
  }
}
