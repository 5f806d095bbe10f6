// The builder of configurators. Everything it needs stands in the page; it talks to the server to save.

import { render } from "preact";

import { App } from "./builder/app.jsx";

const root = document.getElementById("builder");
root.replaceChildren();
render(<App />, root);
