// what the data say of one feature, and where it is written.
import { Words, button, el } from "./elements";
import { swatch, tags } from "./legend";
import type { PlanLayer } from "./plan_layer";
import type { ColumnDoc, SourceDoc } from "./types";

/** Somebody put these where they are: their accuracy is that of a boundary. */
const KNOWN = new Set(["surveyed", "declared", "drawn"]);
const CITED = new Set(["doc", "section", "row", "page", "basis", "accuracy_m"]);

export interface Other {
  text: string;
  act: () => void;
}

/** On a small map a card begins as one line, or it would cover what was pressed. */
export interface Folding {
  folded: boolean;
  changed: (folded: boolean) => void;
}

function value(layer: PlanLayer, feature: number, column: ColumnDoc, words: Words): string {
  const text = layer.show(column, layer.attributes.get(column.name, feature), { yes: words("yes"), no: words("no") });
  return text && column.unit ? `${text} ${column.unit}` : text;
}

function raw(layer: PlanLayer, feature: number, name: string): string {
  const v = layer.attributes.get(name, feature);
  return v === null ? "" : String(v);
}

function citation(layer: PlanLayer, feature: number, sources: SourceDoc[], words: Words): HTMLElement | null {
  const docs = raw(layer, feature, "doc").split(";").map((d) => d.trim()).filter(Boolean);
  const quotes = layer.doc.columns.filter((c) => c.role === "quote")
    .map((c) => ({ title: c.title, text: value(layer, feature, c, words) })).filter((q) => q.text);
  if (!docs.length && !quotes.length) return null;
  const box = el("section", { class: "pm-cite" }, [el("h4", { text: words("cited") })]);
  const where = [
    raw(layer, feature, "section"),
    raw(layer, feature, "row") && words("row_is", { row: raw(layer, feature, "row") }),
    raw(layer, feature, "page") && words("page_is", { page: raw(layer, feature, "page") }),
  ].filter(Boolean).join(" · ");
  docs.forEach((id, i) => {
    const source = sources.find((s) => s.id === id);
    const about = source ? [source.number, source.issuer, source.date].filter(Boolean).join(" · ") : "";
    box.append(el("p", { class: "pm-doc", text: source ? words("book_title", { title: source.title }) : id }));
    if (about) box.append(el("p", { class: "pm-quiet", text: about }));
    if (where && i === docs.length - 1) box.append(el("p", { class: "pm-where", text: where }));
  });
  for (const quote of quotes) {
    box.append(el("blockquote", { attrs: { "aria-label": quote.title } }, [
      el("span", { class: "pm-quiet", text: quote.title }), el("q", { text: quote.text }),
    ]));
  }
  return box;
}

function position(layer: PlanLayer, feature: number, words: Words): HTMLElement | null {
  const basis = raw(layer, feature, "basis");
  const metres = layer.attributes.get("accuracy_m", feature);
  const lines: string[] = [];
  if (basis) {
    const column = layer.column("basis");
    const label = column && Object.prototype.hasOwnProperty.call(column.labels, basis) ? column.labels[basis] : words(`basis.${basis}`);
    lines.push(words("basis_is", { basis: label }));
  }
  if (typeof metres === "number" && basis !== "sample") {
    lines.push(words(layer.doc.schematic && !KNOWN.has(basis) ? "accuracy_schematic" : "accuracy_one", { m: metres.toLocaleString("en-US") }));
  }
  if (!lines.length) return null;
  return el("section", { class: "pm-position" }, lines.map((text) => el("p", { text })));
}

/** What is said of a feature under the pointer, beside its name. */
export function tips(layer: PlanLayer, feature: number): string[] {
  const told = layer.doc.columns.filter((c) => c.role === "tip").map((column) => {
    const text = layer.show(column, layer.attributes.get(column.name, feature));
    return text && `${column.title} ${text} ${column.unit}`.trim();
  }).filter(Boolean);
  return told.length ? [told.join(" · ")] : [];
}

export function featureCard(
  layer: PlanLayer, feature: number, sources: SourceDoc[], words: Words,
  others: Other[], close: () => void, folding: Folding | null = null,
): HTMLElement {
  const facts = layer.doc.columns.filter((c) => (c.role === "" || c.role === "tip") && !CITED.has(c.name));
  const list = el("dl", {});
  for (const column of facts) {
    const text = value(layer, feature, column, words);
    if (!text) continue;
    list.append(el("dt", { text: column.title }), el("dd", { text, class: column.unit ? "pm-number" : "" }));
  }
  const body = el("div", { class: "pm-card-body", attrs: { tabindex: "0" } }, [
    layer.doc.sample ? el("p", { class: "pm-sample-line", text: words("sample_line") }) : null,
    list.childElementCount ? list : null,
    citation(layer, feature, sources, words), position(layer, feature, words),
  ]);
  if (others.length) {
    body.append(el("section", { class: "pm-others" }, [
      el("h4", { text: words("also_here") }),
      ...others.map((o) => button(o.text, o.text, o.act, "pm-link")),
    ]));
  }
  const card = el("article", { class: "pm-card", attrs: { role: "dialog", "aria-label": layer.name(feature) } }, [
    el("header", {}, [
      el("div", { class: "pm-card-kind" }, [
        swatch(layer, layer.look(feature)), el("span", { text: layer.doc.title }), ...tags(layer, words),
      ]),
      el("h3", { text: layer.name(feature) }),
      button(words("close"), "×", close, "pm-close"),
    ]),
    body,
  ]);
  if (folding) foldable(card, folding, words);
  return card;
}

// the whole line is pressed; the button in it is for keys and readers
function foldable(card: HTMLElement, folding: Folding, words: Words): void {
  const head = card.querySelector("header") as HTMLElement;
  const say = (folded: boolean) => {
    card.classList.toggle("pm-card-folded", folded);
    knob.setAttribute("aria-expanded", String(!folded));
  };
  const turn = () => {
    const folded = !card.classList.contains("pm-card-folded");
    say(folded);
    folding.changed(folded);
  };
  const knob = button(words("card_fold"), "", turn, "pm-card-fold");
  head.append(knob);
  card.classList.add("pm-card-foldable");
  head.addEventListener("click", turn);
  say(folding.folded);
}
