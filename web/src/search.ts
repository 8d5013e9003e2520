// find a feature of any layer by name, number or firm; the keyboard's way onto the map.
import { Words, button, el } from "./elements";
import type { PlanLayer } from "./plan_layer";
import type { ColumnDoc } from "./types";

const MOST = 12;
/** Beside the name and the id: what people know a feature by. */
const KNOWN_BY = new Set(["plot_id", "firm_name", "credit_code", "aliases"]);

/** What of a feature holds the needle: empty for its name or id, null for nothing. */
function match(layer: PlanLayer, feature: number, columns: ColumnDoc[], needle: string): string | null {
  const holds = (text: string) => text.toLowerCase().includes(needle);
  if (holds(layer.name(feature)) || holds(layer.attributes.id(feature))) return "";
  for (const column of columns) {
    const text = layer.show(column, layer.attributes.get(column.name, feature));
    if (holds(text)) return text;
  }
  return null;
}

export function searchBox(
  layers: () => PlanLayer[], words: Words, pick: (layer: number, feature: number) => void,
): HTMLElement {
  const list = el("div", { class: "pm-found", attrs: { hidden: "" } });
  const input = el("input", { attrs: { type: "search", placeholder: words("search"), "aria-label": words("search") } });
  const close = () => list.toggleAttribute("hidden", true);
  const look = () => {
    const needle = input.value.trim().toLowerCase();
    const found: HTMLElement[] = [];
    const all = layers();
    const add = (l: number, f: number, by: string) => {
      const name = [all[l].name(f), by].filter(Boolean).join(" · ");
      const told = words("found", { name, layer: all[l].doc.title });
      const text = all[l].passes(f) ? told : words("filtered_out", { text: told });
      found.push(button(text, text, () => {
        close();
        pick(l, f);
      }, "pm-link"));
    };
    // who types a whole id means that feature, not others whose text holds it
    const exact = (l: number, f: number) => all[l].attributes.id(f).toLowerCase() === needle;
    for (let l = all.length - 1; needle && l >= 0; l -= 1) {
      for (let f = 0; f < all[l].doc.features && found.length < MOST; f += 1) if (exact(l, f)) add(l, f, "");
    }
    for (let l = all.length - 1; needle && l >= 0 && found.length < MOST; l -= 1) {
      const columns = all[l].doc.columns.filter((c) => KNOWN_BY.has(c.name));
      for (let f = 0; f < all[l].doc.features && found.length < MOST; f += 1) {
        const by = exact(l, f) ? null : match(all[l], f, columns, needle);
        if (by !== null) add(l, f, by);
      }
    }
    list.replaceChildren(...(found.length ? found : [el("p", { class: "pm-quiet", text: words("nothing_found") })]));
    list.toggleAttribute("hidden", !needle);
  };
  input.addEventListener("input", look);
  input.addEventListener("focus", look);
  const box = el("div", { class: "pm-search", attrs: { role: "search" } }, [input, list]);
  box.addEventListener("focusout", (event) => {
    if (!box.contains((event as FocusEvent).relatedTarget as Node | null)) close();
  });
  box.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll<HTMLElement>("button")];
    const at = links.indexOf(document.activeElement as HTMLElement);
    const pointed = event.target as HTMLElement;
    if (event.key === "Escape") {
      close();
      input.focus();
    } else if (event.key === "Enter" && pointed === input && links.length) {
      event.preventDefault();
      links[0].click();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && links.length) {
      event.preventDefault();
      const next = at + (event.key === "ArrowDown" ? 1 : -1);
      (next < 0 ? input : links[Math.min(next, links.length - 1)]).focus();
    }
    event.stopPropagation();
  });
  return box;
}
