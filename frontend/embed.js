// Puts a configurator where this script stands:
// <script async src="https://…/e/v1.js" data-configurator="KEY" data-language="nl"></script>
{
  const script = document.currentScript;
  const { configurator, language = "" } = script.dataset;
  const { origin } = new URL(script.src);
  const titles = { nl: "Stel samen en vraag een offerte aan", fr: "Configurez et demandez un devis" };

  const frame = document.createElement("iframe");
  frame.src = `${origin}/c/${encodeURIComponent(configurator)}/?embed=1${language && `&lang=${encodeURIComponent(language)}`}`;
  frame.title = script.dataset.title || titles[language] || "Configure and ask for an offer";
  frame.loading = "lazy";
  frame.referrerPolicy = "strict-origin";
  // The frame is of another origin than its host, so its own origin gives it nothing of the host's.
  frame.setAttribute(
    "sandbox",
    "allow-scripts allow-forms allow-same-origin allow-popups allow-popups-to-escape-sandbox",
  );
  Object.assign(frame.style, { width: "100%", height: "900px", border: "0", display: "block" });
  script.after(frame);

  addEventListener("message", ({ data, origin: from, source }) => {
    if (from !== origin || source !== frame.contentWindow || !data) return;
    if (data.opmaat === "height" && Number.isFinite(data.height))
      frame.style.height = `${Math.min(20000, Math.max(320, Math.ceil(data.height / 16) * 16))}px`;
    if (data.opmaat === "top" && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
  });
}
