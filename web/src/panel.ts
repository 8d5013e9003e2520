// the sheet around the map of an exported page: title block, key figures, panel, foot.
import { Words, button, el } from "./elements";
import type { Legend } from "./legend";
import type { LayerTable } from "./table";
import { colour } from "./style";
import type { ChartDoc, MapDocument, PublicationDoc } from "./types";

function section(title: string, css: string, children: (Node | null)[]): HTMLElement {
  return el("section", { class: `pm-section ${css}` }, [el("h2", { text: title }), ...children]);
}

export interface PageActs {
  print(paper: "a3" | "a4"): void;
  picture(): Promise<void>;
  /** null where there are no slides */
  present: (() => void) | null;
}

/** Whom the file is for: 内部资料, or the slot of the review number. */
export function standing(doc: MapDocument, words: Words): (HTMLElement | null)[] {
  const { publication } = doc;
  const known = publication?.review_number;
  return [
    doc.marks.includes("internal") ? el("span", { class: "pm-tag pm-tag-internal", text: words("internal") }) : null,
    publication && !doc.marks.includes("internal") ? el("span", {
      class: `pm-tag pm-tag-review${known ? "" : " pm-tag-internal"}`,
      text: known ? words("review_number", { number: known }) : words("review_open"),
    }) : null,
  ];
}

function pictureButton(words: Words, make: () => Promise<void>): HTMLButtonElement {
  const made = button(words("picture"), words("picture_short"), () => {
    made.disabled = true;
    void make().finally(() => { made.disabled = false; });
  }, "pm-tool");
  return made;
}

export function titleBlock(doc: MapDocument, words: Words, acts: PageActs): HTMLElement {
  return el("header", { class: "pm-title" }, [
    el("div", { class: "pm-seal", text: words("seal"), attrs: { "aria-hidden": "true" } }),
    el("div", { class: "pm-titles" }, [
      el("h1", { text: doc.title }),
      el("p", { text: [doc.subtitle, doc.date].filter(Boolean).join(" · ") }),
    ]),
    ...standing(doc, words),
    el("dl", { class: "pm-figures" }, doc.figures.map((f) => el("div", f.note ? { attrs: { title: f.note } } : {}, [
      el("dt", { text: f.label }),
      el("dd", {}, [el("strong", { text: f.value }), f.unit ? el("span", { text: f.unit }) : null]),
    ]))),
    el("div", { class: "pm-print-tools" }, [
      acts.present ? button(words("present_start"), words("present"), acts.present, "pm-tool pm-present") : null,
      pictureButton(words, acts.picture),
      button(words("print_a3"), words("print_short_a3"), () => acts.print("a3"), "pm-tool"),
      button(words("print_a4"), words("print_short_a4"), () => acts.print("a4"), "pm-tool"),
    ]),
  ]);
}

export function bars(chart: ChartDoc): HTMLElement {
  const most = Math.max(...chart.bars.map((b) => (b.start ?? 0) + b.value), 1e-9);
  const share = (value: number) => Math.max(0, Math.min(100, (100 * value) / most));
  return el("ul", { class: "pm-bars" }, chart.bars.map((bar) => {
    const fill = el("span", { class: "pm-bar" });
    fill.style.width = `${share(bar.value)}%`;
    // a step of a waterfall begins where the one before ended; a sliver of it is still a bar
    if (bar.start !== undefined && bar.start !== null) {
      fill.style.marginLeft = `min(${share(bar.start)}%, calc(100% - 2px))`;
      if (bar.value > 0) fill.style.minWidth = "2px";
    }
    fill.style.backgroundColor = colour(bar.color, "#3b6ea5") as string;
    return el("li", {}, [
      el("span", { class: "pm-bar-label", text: bar.label }),
      el("span", { class: "pm-bar-track" }, [fill]),
      el("span", { class: "pm-bar-text", text: bar.text }),
    ]);
  }));
}

function tabs(tables: LayerTable[], words: Words): HTMLElement {
  const box = el("div", { class: "pm-tables" });
  const heads = tables.map((table, i) => {
    const head = el("button", { text: table.doc.title, attrs: { type: "button", role: "tab" }, on: { click: () => show(i) } });
    return head;
  });
  const show = (chosen: number) => {
    tables.forEach((table, i) => {
      table.node.hidden = i !== chosen;
      heads[i].setAttribute("aria-selected", String(i === chosen));
    });
  };
  box.append(el("div", { class: "pm-tabs", attrs: { role: "tablist", "aria-label": words("tables") } }, heads), ...tables.map((t) => t.node));
  show(0);
  return box;
}

// folds on a narrow screen, where it stands between the map and all the rest
function legendSection(words: Words, legend: Legend, open: boolean): HTMLElement {
  const node = section(words("legend"), "pm-section-legend", [legend.node]);
  const fold = button(words("legend_fold"), "", () => {
    fold.setAttribute("aria-expanded", String(!node.classList.toggle("pm-folded")));
  }, "pm-fold");
  fold.setAttribute("aria-expanded", String(open));
  node.classList.toggle("pm-folded", !open);
  node.querySelector("h2")?.append(fold);
  return node;
}

/** What the file says of its own making: profile, what was taken out, what to look into. */
function published(told: PublicationDoc, internal: boolean, words: Words): HTMLElement {
  const list = (title: string, texts: string[] | undefined, css = "") => (texts?.length
    ? [el("h3", css ? { class: css, text: words(title) } : { text: words(title) }), el("ul", css ? { class: css } : {}, texts.map((text) => el("li", { text })))] : []);
  return section(words("publication"), "pm-section-notes pm-section-publication", [
    el("p", { text: words("profile_is", { title: told.title || told.profile }) }),
    internal ? null : el("p", { text: told.review_number ? words("review_number", { number: told.review_number }) : words("review_open") }),
    ...list("publication_warnings", told.warnings, "pm-warnings"),
    ...list("publication_removed", told.removed, "pm-removed"),
  ]);
}

export function sidePanel(
  doc: MapDocument, words: Words, legend: Legend, tables: LayerTable[], open: boolean,
): HTMLElement {
  const sources = doc.sources.map((s) => el("li", {
    text: [words("book_title", { title: s.title }), s.number, s.issuer, s.date].filter(Boolean).join(" · "),
  }));
  const parts = [
    legendSection(words, legend, open),
    ...doc.charts.map((c) => section(c.unit ? words("chart_title", { title: c.title, unit: c.unit }) : c.title, "pm-section-chart", [bars(c)])),
    tables.length ? section(words("tables"), "pm-section-tables", [tabs(tables, words)]) : null,
    doc.publication ? published(doc.publication, doc.marks.includes("internal"), words) : null,
    doc.notes.length || sources.length ? section(words("notes"), "pm-section-notes", [
      ...doc.notes.map((text) => el("p", { text })),
      sources.length ? el("h3", { text: words("sources") }) : null,
      sources.length ? el("ol", {}, sources) : null,
    ]) : null,
  ].filter((part): part is HTMLElement => part !== null);
  // the panel is longer than a small screen: one press leads to each part of it
  const jumps = parts.map((part) => {
    const title = part.querySelector("h2")?.textContent ?? "";
    const short = part.classList.contains("pm-section-chart") ? words("charts") : title;
    return { part, short, label: words("go_to", { title }) };
  }).filter((jump, i, all) => all.findIndex((other) => other.short === jump.short) === i);
  const nav = el("nav", { class: "pm-jumps", attrs: { "aria-label": words("panel") } }, jumps.map((jump) =>
    button(jump.label, jump.short, () => {
      if (jump.part.classList.contains("pm-folded")) jump.part.querySelector<HTMLElement>(".pm-fold")?.click();
      jump.part.scrollIntoView({ block: "start" });
    })));
  return el("aside", { class: "pm-panel", attrs: { "aria-label": words("panel") } }, [nav, ...parts]);
}

export function foot(doc: MapDocument, words: Words): { node: HTMLElement; scale: HTMLElement } {
  const scale = el("span", { class: "pm-foot-scale" });
  const node = el("footer", { class: "pm-foot" }, [
    el("span", { text: words("made_by") }), scale,
    el("span", { class: "pm-print-id", text: words("fingerprint_is", { id: doc.id }) }),
    el("span", { text: doc.date ? words("drawn_on", { date: doc.date }) : "" }),
  ]);
  return { node, scale };
}
