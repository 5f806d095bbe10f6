// Puts a configurator in a frame where this script stands, for sites that let one paste a script and no more:
// <script async src="https://…/e/v1.js" data-configurator="KEY" data-language="nl"></script>

import { frameOf } from "./visitor/frame.js";

const script = document.currentScript;
const { configurator, language, title } = script.dataset;
const frame = frameOf({ origin: new URL(script.src).origin, key: configurator, language, title });
frame.loading = "lazy";
script.after(frame);
