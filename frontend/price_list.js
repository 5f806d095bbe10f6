// A list of prices taken from a file: its cells are put in the field where one would paste them.

import { cellsOfFile } from "./builder/sheet.js";

const part = document.getElementById("from-file");
const sheet = document.getElementById("id_sheet");
const said = document.getElementById("from-file-said");

if (part && sheet) {
  part.hidden = false;
  part.querySelector("input").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    said.textContent = "";
    try {
      // A tab or an end of line within a cell would make another cell of it.
      const rows = await cellsOfFile(file);
      sheet.value = rows.map((cells) => cells.map((cell) => cell.replace(/\s+/g, " ")).join("\t")).join("\n");
      sheet.focus();
    } catch (trouble) {
      said.textContent = trouble.message === "table.file_too_large" ? part.dataset.tooLarge : part.dataset.unreadable;
    }
    event.target.value = "";
  });
}
