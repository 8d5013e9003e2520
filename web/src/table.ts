// a sortable, searchable table tied to a layer: a row clicked is a feature found.
import { Words, button, el } from "./elements";
import { unplaced } from "./legend";
import type { PlanLayer } from "./plan_layer";
import type { ColumnDoc, TableDoc } from "./types";

const PAGE = 60;

export class LayerTable {
  readonly node: HTMLElement;
  private readonly head = el("tr");
  private readonly rows = el("tbody");
  private readonly status = el("p", { class: "pm-quiet pm-table-status", attrs: { role: "status" } });
  private readonly more: HTMLButtonElement;
  private readonly columns: ColumnDoc[];
  private sorted: ColumnDoc | null = null;
  private down = false;
  private limit = PAGE;
  private needle = "";
  private only: Uint8Array | null = null;
  private found = 0;

  constructor(
    readonly doc: TableDoc, readonly layer: PlanLayer, private readonly words: Words,
    private readonly pick: (feature: number) => void,
  ) {
    this.columns = doc.columns.map((n) => layer.column(n)).filter((c): c is ColumnDoc => c !== undefined);
    const search = el("input", {
      class: "pm-search-table",
      attrs: { type: "search", placeholder: words("search_table"), "aria-label": words("search_in", { title: doc.title }) },
    });
    search.addEventListener("input", () => {
      this.needle = search.value.trim().toLowerCase();
      this.limit = PAGE;
      this.fill();
    });
    this.more = button(words("more_rows"), words("more_rows"), () => {
      this.limit += 240;
      this.fill();
    }, "pm-link");
    for (const column of this.columns) this.head.append(this.heading(column));
    const table = el("table", { attrs: { "aria-label": doc.title } }, [el("thead", {}, [this.head]), this.rows]);
    this.node = el("div", { class: "pm-table" }, [
      el("div", { class: "pm-table-tools" }, [search, this.status]),
      el("div", { class: "pm-table-scroll", attrs: { tabindex: "0", role: "region", "aria-label": doc.title } }, [table]),
      this.more,
      unplaced(layer, words),
    ]);
    this.fill();
  }

  private heading(column: ColumnDoc): HTMLElement {
    const text = column.unit ? `${column.title}(${column.unit})` : column.title;
    const sort = button(this.words("sort_by", { title: column.title }), text, () => {
      this.down = this.sorted === column ? !this.down : false;
      this.sorted = column;
      this.fill();
    }, "pm-sort");
    const cell = el("th", { class: numeric(column) ? "pm-number" : "", attrs: { scope: "col" } }, [sort]);
    cell.dataset.name = column.name;
    return cell;
  }

  private text(feature: number, column: ColumnDoc): string {
    return this.layer.show(column, this.layer.attributes.get(column.name, feature), { yes: this.words("yes"), no: this.words("no") });
  }

  private order(): number[] {
    const { layer, needle, sorted } = this;
    let found = Array.from({ length: layer.doc.features }, (_, f) => f);
    const { only } = this;
    if (only) found = found.filter((f) => only[f]);
    if (needle) {
      found = found.filter((f) => layer.attributes.id(f).toLowerCase().includes(needle)
        || layer.name(f).toLowerCase().includes(needle)
        || this.columns.some((c) => this.text(f, c).toLowerCase().includes(needle)));
    }
    if (!sorted) return found;
    const sign = this.down ? -1 : 1;
    const words = new Intl.Collator("zh-Hans-CN", { numeric: true });
    return found.sort((a, b) => {
      const x = layer.attributes.get(sorted.name, a);
      const y = layer.attributes.get(sorted.name, b);
      // what is unknown stays at the end, whichever way
      if (x === null || y === null) return x === y ? a - b : x === null ? 1 : -1;
      const d = typeof x === "number" && typeof y === "number" ? x - y : words.compare(this.text(a, sorted), this.text(b, sorted));
      return sign * d || a - b;
    });
  }

  /** Leave the rows of chosen features; null for all. */
  choose(only: Uint8Array | null): void {
    this.only = only;
    this.limit = PAGE;
    this.fill();
  }

  private fill(): void {
    const order = this.order();
    for (const cell of Array.from(this.head.children) as HTMLElement[]) {
      const on = this.sorted?.name === cell.dataset.name;
      cell.setAttribute("aria-sort", on ? (this.down ? "descending" : "ascending") : "none");
    }
    this.rows.replaceChildren(...order.slice(0, this.limit).map((f) => this.row(f)));
    this.more.hidden = order.length <= this.limit;
    this.found = order.length;
    this.tell();
  }

  /** Whether every row that is asked for is there to be seen. */
  get whole(): boolean {
    return this.found <= this.limit;
  }

  /** All features that are shown, by number: what a sheet of paper has room for. */
  register(features: number[]): HTMLElement {
    return el("ol", { class: "pm-register" }, features.map((f, i) => {
      const chip = el("i", { class: "pm-chip", attrs: { "aria-hidden": "true" } });
      chip.style.backgroundColor = this.layer.look(f).fill ?? this.layer.look(f).stroke ?? "";
      return el("li", {}, [el("b", { text: String(i + 1) }), chip, el("span", { text: shorten(this.layer.name(f)) })]);
    }));
  }

  private tell(): void {
    const seen = Math.min(this.found, this.limit);
    this.status.textContent = this.words("rows_shown", { shown: seen.toLocaleString("en-US"), all: this.found.toLocaleString("en-US") });
  }

  private row(feature: number): HTMLElement {
    const go = () => this.pick(feature);
    const row = el("tr", {
      attrs: { tabindex: "0" },
      on: {
        click: go,
        keydown: (event) => {
          const { key } = event as KeyboardEvent;
          if (key !== "Enter" && key !== " ") return;
          event.preventDefault();
          go();
        },
      },
    }, this.columns.map((c) => {
      const text = shorten(this.text(feature, c)) || "—";
      const cell = el("td", { class: numeric(c) ? "pm-number" : text.length <= SHORT ? "pm-short" : "", text });
      if (c.name === this.layer.style.column) {
        const chip = el("i", { class: "pm-chip", attrs: { "aria-hidden": "true" } });
        chip.style.backgroundColor = this.layer.look(feature).fill ?? this.layer.look(feature).stroke ?? "";
        cell.prepend(chip);
      }
      return cell;
    }));
    row.dataset.id = this.layer.attributes.id(feature);
    return row;
  }
}

const LONGEST = 120;
/** Texts up to this length stay on one line. */
const SHORT = 16;

function shorten(text: string): string {
  return text.length > LONGEST ? `${[...text].slice(0, LONGEST).join("")}…` : text;
}

function numeric(column: ColumnDoc): boolean {
  return column.type === "number" || column.type === "integer";
}
