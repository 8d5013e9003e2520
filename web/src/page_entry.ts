// entry of the exported page: the document stands in the page as data, never as script.
import { estimate } from "./estimate";
import { mount } from "./mount";
import type { MapDocument } from "./types";

export { estimate, mount };

function start(): void {
  const data = document.getElementById("platforms-document");
  const host = document.getElementById("platforms-map");
  if (!data || !host) return;
  const doc = JSON.parse(data.textContent ?? "null") as MapDocument;
  data.remove();
  mount(host, doc, { mode: "page" });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
