// Images of the organisation's own: uploaded or chosen again, shown small, and put in words.

import { useEffect, useRef, useState } from "preact/hooks";

import { Dialog, Icon, IconButton, Problems, TextField, Toggle, useProblems } from "./bits.jsx";
import { smallWidth } from "./image_sizes.js";
import { languageName, material, start, t } from "./material.js";
import * as model from "./model.js";
import { focusSoon, useBuilder } from "./store.js";

const KINDS = "image/jpeg,image/png,image/webp,image/avif";
const token = () => document.querySelector('meta[name="csrf-token"]').content;

export const isOwn = (image) => Boolean(image) && typeof image === "object";

/** Sends one file as it is; answers {file, width, height}, or {message} in words. */
async function sendFile(file) {
  try {
    const headers = { "Content-Type": file.type.startsWith("image/") ? file.type : "image/unknown", "X-CSRFToken": token() };
    const response = await fetch(start.urls.images, { method: "POST", redirect: "manual", headers, body: file });
    const answer = await response.json();
    return response.status === 201 ? answer : { message: answer.message ?? t("image.failed") };
  } catch {
    return { message: t("image.failed") };
  }
}

/** A picture of it as wide as a thumbnail: the smaller of the two that are kept. */
export function Thumbnail({ image, label = "" }) {
  const [gone, setGone] = useState(false);
  useEffect(() => setGone(false), [image.file]);
  if (gone) return <span class="b-image-gone"><Icon name="image" label={t("image.gone")} /></span>;
  const { file, width, height } = image;
  return <img class="b-image" src={`${start.urls.images}${file}/${smallWidth(image)}/`} width={width} height={height} alt={label} loading="lazy" decoding="async" onError={() => setGone(true)} />;
}

/** The button that opens the browser's own dialog for files. `onFound({file, width, height})` is told of each. */
export function UploadButton({ id, label, multiple = false, onFound }) {
  const { say } = useBuilder();
  const input = useRef(null);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState("");
  const take = async ({ target }) => {
    const files = [...target.files];
    target.value = "";
    setBusy(true);
    setWrong("");
    const found = [];
    for (const file of files) {
      const answer = await sendFile(file);
      if (answer.message) {
        setWrong(files.length > 1 ? `${file.name}: ${answer.message}` : answer.message);
        break;
      }
      found.push(answer);
    }
    setBusy(false);
    if (found.length) {
      onFound(found);
      say(t("image.added"));
    }
  };
  return (
    <>
      <button type="button" class="btn" id={id} aria-disabled={busy || undefined} aria-describedby={wrong ? `${id}-wrong` : undefined} onClick={() => busy || input.current.click()}>
        <Icon name="image-up" /> {busy ? t("image.uploading") : label}
      </button>
      <input ref={input} type="file" class="b-file" accept={KINDS} multiple={multiple} tabIndex={-1} aria-hidden="true" onChange={take} />
      <div role="alert" class="b-upload-wrong">{wrong && <p class="field-error" id={`${id}-wrong`}><Icon name="circle-alert" />{wrong}</p>}</div>
    </>
  );
}

/** What it shows, in the language of the texts, or that it only decorates. `path` is what has `alt`. */
export function InWords({ path, part }) {
  const { language, languages } = useBuilder();
  // What is missing in another language is said on its tab, and here where all of it is.
  const problems = useProblems([...path, "alt"], { below: true }).filter(({ path: place }) => place.at(-1) !== language && languages.includes(place.at(-1)));
  return (
    <>
      {!part.decorative && (
        <>
          <TextField path={[...path, "alt", language]} label={t("image.alt", { language: languageName(language) })} help={t("image.alt_help")} lang={language} limit={300} value={part.alt?.[language]} />
          <Problems problems={problems} />
        </>
      )}
      <Toggle path={[...path, "decorative"]} label={t("image.decorative")} help={t("image.decorative_help")} checked={part.decorative === true} />
    </>
  );
}

/** An image of one's own at `path`, or none; `title` says what for. */
export function ImageField({ path, title, help, image, children }) {
  const { readOnly, set } = useBuilder();
  const [choosing, setChoosing] = useState(false);
  const problems = useProblems(path);
  const ofFile = useProblems([...path, "file"]);
  const id = model.idOf(path);
  const own = isOwn(image) ? image : null;
  const put = (found) => {
    set(path, { ...(own ?? { alt: {} }), ...found });
    focusSoon(id);
  };
  const takeOut = () => {
    set(path, null);
    focusSoon(id);
  };
  return (
    <div class="b-block b-image-field">
      <h3>{title}</h3>
      {children}
      {own && <Thumbnail image={own} />}
      {!readOnly && (
        <div class="b-image-tools">
          <UploadButton id={id} label={t(own ? "image.another" : "image.upload")} onFound={([found]) => put(found)} />
          <button type="button" class="btn btn-link" onClick={() => setChoosing(true)}>{t("image.earlier")}</button>
          {own && <button type="button" class="btn btn-link" onClick={takeOut}>{t("image.take_out")}</button>}
        </div>
      )}
      <Problems problems={[...problems, ...ofFile]} />
      {own && <InWords path={path} part={own} />}
      <p class="field-help">{own ? t("image.people") : (help ?? t("image.kinds"))}</p>
      {choosing && <Library onClose={() => setChoosing(false)} onPick={put} />}
    </div>
  );
}

/** Every image that the organisation has: to choose one again, and to remove one for good. */
function Library({ onClose, onPick }) {
  const { say } = useBuilder();
  const [images, setImages] = useState(null);
  const [wrong, setWrong] = useState("");
  useEffect(() => {
    fetch(start.urls.images, { headers: { Accept: "application/json" }, redirect: "manual" })
      .then((response) => response.json())
      .then((answer) => setImages(answer.images))
      .catch(() => setWrong(t("image.failed")));
  }, []);
  const pick = (image) => {
    onClose();
    onPick(image);
  };
  const remove = async ({ file }) => {
    setWrong("");
    try {
      const response = await fetch(`${start.urls.images}${file}/remove/`, { method: "POST", redirect: "manual", headers: { "X-CSRFToken": token() } });
      const answer = await response.json();
      if (!response.ok) return setWrong(answer.message);
      setImages((before) => before.filter((one) => one.file !== file));
      return say(t("image.removed"));
    } catch {
      return setWrong(t("image.failed"));
    }
  };
  return (
    <Dialog title={t("image.library")} onClose={onClose} wide>
      <div role="alert">{wrong && <p class="field-error"><Icon name="circle-alert" />{wrong}</p>}</div>
      {images?.length === 0 && <p class="b-none">{t("image.library_none")}</p>}
      <ul class="b-library">
        {images?.map((image, index) => (
          <li key={image.file}>
            <button type="button" class="b-pick" aria-label={t("image.choose", { number: index + 1 })} onClick={() => pick(image)}>
              <Thumbnail image={image} />
            </button>
            <IconButton icon="trash-2" label={t("image.remove", { number: index + 1 })} onClick={() => remove(image)} />
          </li>
        ))}
      </ul>
      <p class="field-help">{t("image.unused", { days: material.unusedImageDays })} {t("image.people")}</p>
    </Dialog>
  );
}
