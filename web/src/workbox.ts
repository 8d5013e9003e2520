// the box that says what a tool is doing: a title, figures, a line of help and its acts.
import * as L from "leaflet";
import { Words, button, el } from "./elements";

export interface Act {
  name: string;
  act: () => void;
  off?: boolean;
}

export const number = (value: number, digits: number) =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

export class WorkBox {
  readonly node = el("section", { class: "pm-work", attrs: { hidden: "" } });
  private readonly title = el("span");
  private readonly figures = el("dl", {});
  private readonly state = el("p", { class: "pm-draw-note", attrs: { role: "status" } });
  private readonly acts = el("div", { class: "pm-draw-acts" });
  private readonly tag = el("span", { class: "pm-tag" });

  constructor(private readonly words: Words) {
    this.node.append(el("h4", {}, [this.title, this.tag]), this.figures, this.state, this.acts);
    // what is pressed in the box is no click on the map
    L.DomEvent.disableClickPropagation(this.node);
  }

  hide(): void {
    this.node.setAttribute("hidden", "");
    this.node.parentElement?.classList.remove("pm-working");
  }

  show(title: string, tag: string, rows: [string, string][], note: string, acts: Act[], bad = false): void {
    this.node.removeAttribute("hidden");
    this.node.parentElement?.classList.add("pm-working");
    this.node.setAttribute("aria-label", title);
    this.node.classList.toggle("pm-draw-bad", bad);
    this.title.textContent = title;
    this.title.title = title;
    this.tag.textContent = tag;
    this.tag.toggleAttribute("hidden", !tag);
    this.figures.replaceChildren(...rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })]));
    if (this.state.textContent !== note) this.state.textContent = note;
    // made anew only when they change, so that the focus stays on a pressed one
    const wanted = acts.map((one) => one.name).join();
    if (this.acts.dataset.acts !== wanted) {
      this.acts.dataset.acts = wanted;
      this.acts.replaceChildren(...acts.map((one) => button(this.words(one.name), this.words(one.name), one.act, "pm-draw-act")));
    }
    acts.forEach((one, i) => { (this.acts.children[i] as HTMLButtonElement).disabled = one.off ?? false; });
  }
}
