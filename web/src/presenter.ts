// a walk through the map for a room: one slide after the other, by keys, presses or swipes.
// each slide has its own view and layers; whoever leaves finds the map as it was before.
import { Words, button, el } from "./elements";
import type { Legend } from "./legend";
import { lookAt, lookBack, lookOf } from "./looking";
import type { MapView } from "./map_view";
import { bars, standing } from "./panel";
import type { FigureDoc, MapDocument, SlideDoc } from "./types";

const HASH = "#slide=";
const FORTH = new Set(["ArrowRight", "ArrowDown", "PageDown"]);
const BACK = new Set(["ArrowLeft", "ArrowUp", "PageUp"]);
/** A finger that goes this far sideways, and further than it goes up or down, turns the page. */
const SWIPE_PX = 48;
/** The legend is made smaller step by step until all of it is in sight: nobody scrolls before a room. */
const SIZES = [1, 0.94, 0.88, 0.82, 0.76, 0.7];

interface Before {
  center: [number, number];
  zoom: number;
  layers: { visible: boolean; classes: boolean[] }[];
  focus: HTMLElement | null;
}

function named(): string {
  const { hash } = window.location;
  try {
    return hash.startsWith(HASH) ? decodeURIComponent(hash.slice(HASH.length)) : "";
  } catch {
    return "";
  }
}

export class Presenter {
  /** the slide that is shown; -1 while nobody presents */
  at = -1;
  readonly node: HTMLElement;
  private readonly marks = el("div", { class: "pm-slide-marks" });
  private readonly text = el("div", { class: "pm-slide-text" });
  private readonly status = el("p", { class: "pm-slide-count", attrs: { role: "status" } });
  private readonly key = el("div", { class: "pm-slide-legend" });
  private readonly edges: HTMLElement[];
  private readonly forth: HTMLButtonElement;
  private readonly back: HTMLButtonElement;
  private before: Before | null = null;
  private paused = false;
  private legendHome: ParentNode | null = null;
  private touched: { x: number; y: number } | null = null;
  private readonly press = (event: KeyboardEvent) => this.pressed(event);
  private readonly hash = () => this.follow();
  private readonly fitted = () => this.fit();
  private readonly slides: SlideDoc[];

  constructor(
    private readonly doc: MapDocument, private readonly root: HTMLElement, private readonly view: MapView,
    private readonly legend: Legend, private readonly words: Words, stage: HTMLElement,
  ) {
    this.slides = doc.slides ?? [];
    const press = (label: string, text: string, step: number, css: string) =>
      button(words(label), text, () => this.go(this.at + step), css);
    this.back = press("slide_back", "‹", -1, "pm-slide-turn");
    this.forth = press("slide_forth", "›", 1, "pm-slide-turn");
    this.edges = [press("slide_back", "‹", -1, "pm-slide-edge pm-slide-edge-back"), press("slide_forth", "›", 1, "pm-slide-edge pm-slide-edge-forth")];
    // the same as the buttons beside the text, for whoever points at the map: not one more stop
    for (const edge of this.edges) {
      edge.tabIndex = -1;
      edge.setAttribute("aria-hidden", "true");
    }
    stage.append(...this.edges);
    this.node = el("section", { class: "pm-slide", attrs: { "aria-label": words("present"), hidden: "" } }, [
      this.marks, this.text, this.key,
      el("div", { class: "pm-slide-foot" }, [
        this.back, this.status, this.forth,
        button(words("slide_leave"), words("slide_leave_short"), () => this.leave(), "pm-slide-leave"),
      ]),
    ]);
    this.node.addEventListener("touchstart", (event) => {
      const touch = event.touches[0];
      this.touched = event.touches.length === 1 ? { x: touch.clientX, y: touch.clientY } : null;
    }, { passive: true });
    this.node.addEventListener("touchend", (event) => this.swiped(event), { passive: true });
    document.addEventListener("keydown", this.press, true);
    window.addEventListener("hashchange", this.hash);
    // what is drawn depends on how near one looks, and the room on the window
    view.map.on("zoomend resize", this.fitted);
  }

  /** Begin where the address says, if it names a slide. */
  follow(): void {
    const found = this.slides.findIndex((slide) => slide.id === named());
    if (found >= 0 && found !== this.at) this.start(found);
  }

  start(at = 0): void {
    if (!this.before) {
      const { center, zoom } = lookOf(this.view.map);
      this.before = {
        center, zoom, focus: document.activeElement as HTMLElement | null,
        layers: this.view.layers.map((layer) => ({ visible: layer.visible, classes: [...layer.classOn] })),
      };
    }
    this.view.close();
    this.shape(true);
    this.go(at);
    this.forth.focus({ preventScroll: true });
  }

  /** Show a slide; past the last or before the first nothing happens. */
  go(at: number, still = false): void {
    const slide = this.slides[at];
    if (!slide || !this.before) return;
    this.at = at;
    this.view.close();
    this.fill(slide);
    this.switches(slide);
    this.mark(slide);
    this.view.redraw();
    lookAt(this.view.map, slide.extent, !still);
    this.fit();
    const address = `${window.location.pathname}${window.location.search}${HASH}${encodeURIComponent(slide.id)}`;
    window.history.replaceState(window.history.state, "", address);
  }

  leave(): void {
    const { before } = this;
    if (!before) return;
    this.before = null;
    this.at = -1;
    this.shape(false);
    this.view.layers.forEach((layer, i) => {
      layer.visible = before.layers[i].visible;
      before.layers[i].classes.forEach((on, c) => { layer.classOn[c] = on; });
    });
    this.legend.sync();
    lookBack(this.view.map, before);
    this.view.redraw();
    window.history.replaceState(window.history.state, "", `${window.location.pathname}${window.location.search}`);
    before.focus?.focus?.({ preventScroll: true });
  }

  /** Stand aside while the page is printed: the sheet is printed, with what the slide shows. */
  pause(on: boolean): void {
    if (!this.before || this.paused === on) return;
    this.paused = on;
    this.shape(!on);
    if (!on) this.go(this.at, true);
  }

  release(): void {
    document.removeEventListener("keydown", this.press, true);
    window.removeEventListener("hashchange", this.hash);
    this.view.map.off("zoomend resize", this.fitted);
  }

  private shape(on: boolean): void {
    this.root.classList.toggle("pm-presenting", on);
    this.node.toggleAttribute("hidden", !on);
    if (on && !this.legendHome) {
      this.legendHome = this.legend.node.parentNode;
      this.key.append(this.legend.node);
    } else if (!on && this.legendHome) {
      this.legend.node.style.removeProperty("zoom");
      this.legendHome.append(this.legend.node);
      this.legendHome = null;
    }
  }

  private switches(slide: SlideDoc): void {
    const wanted = slide.layers === null ? null : new Set(slide.layers);
    for (const layer of this.view.layers) {
      layer.visible = wanted ? wanted.has(layer.doc.id) : layer.doc.visible;
      layer.classOn.fill(true);
    }
    this.legend.sync();
  }

  /** Whom the file is for, and what of the slide is made up or has no surveyed boundary. */
  private mark(slide: SlideDoc): void {
    const { words } = this;
    const shown = this.view.layers.filter((layer) => layer.visible).map((layer) => layer.doc);
    const sample = shown.some((one) => one.sample) || slide.figures.some((f) => f.note.includes(words("sample")));
    const schematic = shown.some((one) => one.schematic && one.stand_ins !== 0);
    const marks = [
      ...standing(this.doc, words),
      sample ? el("span", { class: "pm-tag pm-tag-internal", text: words("sample") }) : null,
      schematic ? el("span", { class: "pm-tag pm-tag-schematic", text: words("schematic") }) : null,
    ].filter((node): node is HTMLElement => node !== null);
    this.marks.replaceChildren(...marks);
    this.marks.toggleAttribute("hidden", !marks.length);
  }

  /** Explain what is drawn here and nothing else, small enough to be seen whole. */
  private fit(): void {
    if (!this.before || this.paused) return;
    this.legend.reach(this.view.map.getZoom());
    for (const size of SIZES) {
      this.key.classList.toggle("pm-slide-tight", size < 1);
      this.legend.node.style.setProperty("zoom", String(size));
      if (this.key.scrollHeight <= this.key.clientHeight + 1) return;
    }
  }

  private fill(slide: SlideDoc): void {
    const chart = this.doc.charts.find((one) => one.id === slide.chart);
    this.text.replaceChildren(
      el("h2", { class: "pm-slide-title", text: slide.title }),
      ...(slide.figures.length ? [el("dl", { class: "pm-slide-figures" }, slide.figures.map((f) => this.figure(f)))] : []),
      ...slide.text.split("\n").filter((line) => line.trim()).map((line) => el("p", { text: line })),
      ...(chart ? [el("h3", { text: chart.unit ? this.words("chart_title", { title: chart.title, unit: chart.unit }) : chart.title }), bars(chart)] : []),
    );
    this.text.scrollTop = 0;
    this.status.textContent = this.words("slide_of", { n: this.at + 1, all: this.slides.length });
    const first = this.at === 0;
    const last = this.at === this.slides.length - 1;
    for (const [one, off] of [[this.back, first], [this.forth, last]] as const) one.setAttribute("aria-disabled", String(off));
    this.edges[0].toggleAttribute("hidden", first);
    this.edges[1].toggleAttribute("hidden", last);
  }

  private figure(f: FigureDoc): HTMLElement {
    return el("div", {}, [
      el("dt", { text: f.note ? `${f.label} · ${f.note}` : f.label }),
      el("dd", {}, [el("strong", { text: f.value }), f.unit ? el("span", { text: f.unit }) : null]),
    ]);
  }

  private pressed(event: KeyboardEvent): void {
    if (!this.before || this.paused || event.ctrlKey || event.altKey || event.metaKey) return;
    const { key } = event;
    const target = event.target as HTMLElement;
    // Escape closes a card first, and what is pressed with the space bar is pressed
    if (key === "Escape" ? this.view.reading : target.closest("input, textarea, select")) return;
    if (key === " " && target.closest("button, a")) return;
    if (FORTH.has(key) || (key === " " && !event.shiftKey)) this.go(this.at + 1);
    else if (BACK.has(key) || key === " ") this.go(this.at - 1);
    else if (key === "Home") this.go(0);
    else if (key === "End") this.go(this.slides.length - 1);
    else if (key === "Escape") this.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private swiped(event: TouchEvent): void {
    const from = this.touched;
    this.touched = null;
    const touch = event.changedTouches[0];
    if (!from || !touch) return;
    const dx = touch.clientX - from.x;
    if (Math.abs(dx) < SWIPE_PX || Math.abs(dx) < 2 * Math.abs(touch.clientY - from.y)) return;
    this.go(this.at + (dx < 0 ? 1 : -1));
  }
}
