// what stands beside the map on paper. paper does not scroll: a table is printed whole or not at
// all, and where it has no room, its features are numbered on the map and named in a list.
import { Words, el } from "./elements";
import type { PlanLayer } from "./plan_layer";
import type { LayerTable } from "./table";

/** Features of a layer by the number that they bear on the map. */
export interface Numbered {
  layer: PlanLayer;
  features: number[];
}

const MOST_NAMES = 80;
/** Type is made smaller step by step down to what can still be read. */
const STEPS = [1, 0.95, 0.9, 0.85, 0.8, 0.75];
const LEAST_STEPS = [...STEPS, 0.7, 0.65, 0.6, 0.55, 0.5];

function fits(panel: HTMLElement, steps: number[]): boolean {
  const parts = Array.from(panel.querySelectorAll<HTMLElement>(":scope > .pm-section"));
  for (const step of steps) {
    for (const part of parts) part.style.setProperty("zoom", String(step));
    if (panel.scrollHeight <= panel.clientHeight + 1) return true;
  }
  return false;
}

/** Take away what was done for paper. */
export function unfold(root: HTMLElement): void {
  root.querySelectorAll(".pm-section-register").forEach((node) => node.remove());
  root.querySelectorAll(".pm-cut").forEach((node) => node.classList.remove("pm-cut"));
  root.querySelectorAll<HTMLElement>(".pm-section").forEach((node) => node.style.removeProperty("zoom"));
}

/** Fit the panel onto the sheet; says which features are to be numbered on the map. */
export function fold(root: HTMLElement, tables: LayerTable[], words: Words): Numbered | null {
  const panel = root.querySelector<HTMLElement>(".pm-panel");
  if (!panel) return null;
  const box = panel.querySelector<HTMLElement>(".pm-section-tables");
  const open = tables.find((table) => !table.node.hidden);
  if (box && open?.whole && fits(panel, STEPS)) return null;
  box?.classList.add("pm-cut");
  const listed = box && tables.find((table) => table.layer.doc.kind === "point" && table.layer.visible);
  if (listed) {
    const { layer } = listed;
    const features = Array.from({ length: layer.doc.features }, (_, f) => f).filter((f) => layer.shown(f));
    if (features.length && features.length <= MOST_NAMES) {
      const list = el("section", { class: "pm-section pm-section-register" }, [
        el("h2", { text: words("register", { title: layer.doc.title }) }), listed.register(features),
      ]);
      box.before(list);
      if (fits(panel, STEPS)) return { layer, features };
      list.remove();
    }
  }
  fits(panel, LEAST_STEPS);
  return null;
}
