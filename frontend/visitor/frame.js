// The visitor's page in a frame that is as high as what stands in it.

const TITLES = { nl: "Stel samen en vraag een offerte aan", fr: "Configurez et demandez un devis" };
const [LOWEST, HIGHEST, GRAIN] = [320, 20000, 16];

/** A frame of this configurator; ``told`` hears of each height after it was taken over. */
export function frameOf({ origin, key, language = "", title = "", told = () => {} }) {
  const frame = document.createElement("iframe");
  frame.src = pageOf(origin, key, language);
  frame.title = title || TITLES[language] || "Configure and ask for an offer";
  frame.referrerPolicy = "strict-origin";
  // The frame is of another origin than its host, so its own origin gives it nothing of the host's.
  frame.setAttribute(
    "sandbox",
    "allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox",
  );
  Object.assign(frame.style, { width: "100%", height: "900px", border: "0", display: "block" });
  addEventListener("message", ({ data, origin: from, source }) => {
    if (from !== origin || source !== frame.contentWindow || !data) return;
    if (data.opmaat === "height" && Number.isFinite(data.height)) {
      const height = Math.ceil(data.height / GRAIN) * GRAIN;
      frame.style.height = `${Math.min(HIGHEST, Math.max(LOWEST, height))}px`;
      told(frame);
    }
    if (data.opmaat === "top" && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  });
  return frame;
}

/** The page as it is embedded, in one language or in the configurator's main one. */
export function pageOf(origin, key, language) {
  return `${origin}/c/${encodeURIComponent(key)}/?embed=1${language && `&lang=${encodeURIComponent(language)}`}`;
}
