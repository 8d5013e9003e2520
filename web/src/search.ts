// find a feature of any layer by name or number; the keyboard's way onto the map.
import { Words, button, el } from "./elements";
import type { PlanLayer } from "./plan_layer";

const MOST = 12;

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
    for (let l = all.length - 1; needle && l >= 0 && found.length < MOST; l -= 1) {
      for (let f = 0; f < all[l].doc.features && found.length < MOST; f += 1) {
        const name = all[l].name(f);
        if (!name.toLowerCase().includes(needle) && !all[l].attributes.id(f).toLowerCase().includes(needle)) continue;
        const text = words("found", { name, layer: all[l].doc.title });
        found.push(button(text, text, () => {
          close();
          pick(l, f);
        }, "pm-link"));
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
