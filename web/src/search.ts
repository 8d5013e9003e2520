// find a feature of any layer by name, number or firm; the keyboard's way onto the map.
import { Words, button, el } from "./elements";
import type { Beyond } from "./large";
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

/** Features that are not held here, but where the rest of a large layer is. */
export interface Elsewhere {
  find(text: string): Promise<Beyond[]>;
  pick(found: Beyond): void;
}

/** Whoever types is asked for no answer before he pauses; milliseconds. */
const PAUSE_MS = 250;

export function searchBox(
  layers: () => PlanLayer[], words: Words, pick: (layer: number, feature: number) => void,
  elsewhere: Elsewhere | null = null,
): HTMLElement {
  let asking = 0;
  const list = el("div", { class: "pm-found", attrs: { hidden: "" } });
  const input = el("input", { attrs: { type: "search", placeholder: words("search"), "aria-label": words("search") } });
  const close = () => list.toggleAttribute("hidden", true);
  const look = () => {
    const needle = input.value.trim().toLowerCase();
    const found: HTMLElement[] = [];
    const all = layers();
    const named = new Set<string>();
    const add = (l: number, f: number, by: string) => {
      if (all[l].sum(f)) return;
      named.add(`${l} ${all[l].attributes.id(f)}`);
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
      for (let f = 0; f < all[l].geometry.features && found.length < MOST; f += 1) if (exact(l, f)) add(l, f, "");
    }
    for (let l = all.length - 1; needle && l >= 0 && found.length < MOST; l -= 1) {
      const columns = all[l].doc.columns.filter((c) => KNOWN_BY.has(c.name));
      for (let f = 0; f < all[l].geometry.features && found.length < MOST; f += 1) {
        const by = exact(l, f) ? null : match(all[l], f, columns, needle);
        if (by !== null) add(l, f, by);
      }
    }
    list.replaceChildren(...(found.length ? found : [el("p", { class: "pm-quiet", text: words("nothing_found") })]));
    list.toggleAttribute("hidden", !needle);
    window.clearTimeout(asking);
    if (!needle || !elsewhere || found.length >= MOST) return;
    const mine = asking = window.setTimeout(() => {
      void elsewhere.find(needle).then((more) => {
        if (mine !== asking) return;
        const unnamed = more.filter(({ layer, id }) => !named.has(`${layer} ${id}`));
        const [whole, others] = [true, false].map((is) => unnamed.filter(({ id }) => (id.toLowerCase() === needle) === is).map((one) => {
          const text = words("found", { name: one.name, layer: all[one.layer].doc.title });
          return button(text, text, () => {
            close();
            elsewhere.pick(one);
          }, "pm-link");
        }));
        if (unnamed.length) list.replaceChildren(...[...whole, ...found, ...others].slice(0, MOST));
      });
    }, PAUSE_MS);
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
