// puts a document into a host element. the document's id is the fingerprint of its data:
// the same id again changes nothing, another id replaces everything that is shown.
import { UnsupportedBrowser } from "./decode";
import { Address } from "./address";
import { Words, button, el, wordsOf } from "./elements";
import { Filter, applyFilter, unseen } from "./filter";
import { Legend } from "./legend";
import { Look, elsewhere, lookBack, lookOf, stillAt } from "./looking";
import { MapView, openDocument } from "./map_view";
import { foot, sidePanel, titleBlock } from "./panel";
import { fold, unfold } from "./paper";
import { savePicture } from "./picture";
import type { PlanLayer } from "./plan_layer";
import { Presenter } from "./presenter";
import type { Service } from "./served";
import { sync } from "./sync";
import { LayerTable } from "./table";
import type { Correctable, MapDocument, MountOptions, Pick, Told } from "./types";

export interface Handle {
  readonly id: string;
  /** settles when the first map is painted */
  readonly ready: Promise<void>;
  update(doc: MapDocument): Promise<void>;
  /** Bring a feature into view; `still` only selects it. */
  select(pick: Pick, still?: boolean): void;
  /** Leave the features that a filter leaves; null takes it off. */
  setFilter(filter: Filter | null): void;
  /** Whether the address said where to look when the map was opened. */
  readonly opened: boolean;
  setLayers(visible: Record<string, boolean>): void;
  /** The polygon that the server holds with its official figures; null takes away what it held. */
  setDrawing(told: Told | null): void;
  /** The official figures of a drawing, if it is still the one that was measured. */
  measured(told: Told): void;
  /** What may be corrected here, and the exact shape of what is being corrected. */
  setCorrectable(given: Correctable | null): void;
  /** Where the plots of large layers are asked for. */
  setServices(services: Record<string, Service> | null): void;
  /** Choose nothing any more, because the server does not. */
  unchoose(): void;
  resize(height: number): void;
  probe(): Record<string, unknown> | null;
  destroy(): void;
}

type Host = HTMLElement & { platformsMap?: Mounted };

const PAPER_NAMES = ["a3", "a4"] as const;
/** Narrower than this the legend starts closed; pixels. */
const PHONE = 600;
/** Lower than this too. */
const TALL = 480;

class Mounted implements Handle {
  id = "";
  ready: Promise<void> = Promise.resolve();
  private view: MapView | null = null;
  private legend: Legend | null = null;
  private presenter: Presenter | null = null;
  private readonly root: HTMLElement;
  private readonly paper = document.createElement("style");
  private turn = 0;
  private tables: LayerTable[] = [];
  private words: Words | null = null;
  private waiting: Pick | null = null;
  private told: Told | null = null;
  private correctable: Correctable | null = null;
  private filter: Filter | null = null;
  private services: Record<string, Service> | null = null;
  /** the document that is drawn; the next one may be under way */
  private drawn = "";
  private about: MapDocument | null = null;
  /** where a filter brought the map, and from where */
  private went: { from: Look; there: Look } | null = null;
  private readonly address: Address | null;
  private readonly before = () => this.print(true);
  private readonly after = () => this.print(false);

  constructor(private readonly host: Host, private readonly options: MountOptions) {
    this.root = el("div", { class: `pm-root pm-${options.mode}` });
    this.address = options.address ? new Address() : null;
    host.replaceChildren(this.root);
    if (options.height) this.resize(options.height);
    if (options.mode === "page") {
      this.setPaper("a3");
      document.head.append(this.paper);
      window.addEventListener("beforeprint", this.before);
      window.addEventListener("afterprint", this.after);
    }
  }

  resize(height: number): void {
    if (this.options.mode === "component") this.root.style.height = `${Math.max(240, Math.min(2400, height))}px`;
  }

  update(doc: MapDocument): Promise<void> {
    if (doc.id === this.id) return this.ready;
    this.id = doc.id;
    this.ready = this.draw(doc);
    return this.ready;
  }

  private async draw(doc: MapDocument): Promise<void> {
    this.turn += 1;
    const turn = this.turn;
    const words = wordsOf(doc.strings);
    let opened;
    try {
      opened = await openDocument(doc);
    } catch (error) {
      if (turn === this.turn) {
        const key = error instanceof UnsupportedBrowser ? "browser_too_old" : "cannot_read";
        this.root.replaceChildren(el("p", { class: "pm-failure", text: words(key), attrs: { role: "alert" } }));
      }
      if (error instanceof UnsupportedBrowser) return;
      throw error;
    }
    // a newer document arrived while this one was unpacked
    if (turn !== this.turn) return;
    const gone = this.view && this.about && elsewhere(this.about, doc, this.view.map);
    const kept = this.view && !gone ? lookOf(this.view.map) : null;
    this.about = doc;
    const seen = this.legend?.visible() ?? {};
    for (const layer of opened.layers) {
      if (Object.prototype.hasOwnProperty.call(seen, layer.doc.id)) layer.visible = seen[layer.doc.id];
    }
    const first = this.view === null;
    if (first) this.address?.open(opened.layers);
    applyFilter(opened.layers, this.filter, doc.id);
    this.presenter?.leave();
    this.presenter?.release();
    this.presenter = null;
    this.view?.destroy();
    this.root.lang = doc.lang;
    this.words = words;
    const stage = el("div", { class: "pm-stage" });
    this.root.replaceChildren(stage);
    const legend = new Legend(opened.layers, words, () => {
      this.view?.redraw();
      this.address?.again();
      this.options.onEvent?.({ type: "layers", visible: legend.visible() });
    });
    this.legend = legend;
    const scale = this.options.mode === "page"
      ? this.page(doc, words, stage, legend, opened.layers)
      : this.floating(words, stage, legend);
    const view = new MapView(stage, doc, opened, words, this.options.mode === "component");
    this.view = view;
    this.drawn = doc.id;
    if (scale) view.onScale = (text) => { scale.textContent = text; };
    view.onPick = (pick) => this.options.onEvent?.({ type: "picked", pick });
    view.onSwitched = () => legend.sync();
    view.onDrawn = (event) => this.options.onEvent?.(event);
    view.onChosen = (chosen) => {
      for (const table of this.tables) {
        table.choose(chosen && table.layer === opened.layers[chosen.layer] ? chosen.mask : null);
      }
    };
    const background = this.options.background?.((clear) => view.uncover(clear));
    if (background) {
      legend.node.append(background.node);
      background.attach(view.map, stage);
    }
    if (this.told) view.tools.drawing.tell(this.told);
    view.tools.correct(this.correctable);
    view.large.use(this.services);
    if (kept) view.map.setView(kept.center, kept.zoom, { animate: false });
    const presenter = this.options.mode === "page" && doc.slides?.length
      ? new Presenter(doc, this.root, view, legend, words, stage) : null;
    if (presenter) stage.after(presenter.node);
    this.presenter = presenter;
    this.address?.attach(view.map, opened.layers, first);
    sync(view.map, this.options.group);
    view.redraw();
    if (first && this.filter && !this.opened && !this.waiting) this.lookAtLeft();
    if (this.waiting) this.select(this.waiting, this.opened);
    this.waiting = null;
    presenter?.follow();
    await new Promise<void>((done) => requestAnimationFrame(() => done()));
  }

  private page(doc: MapDocument, words: Words, stage: HTMLElement, legend: Legend, layers: PlanLayer[]): HTMLElement {
    const tables = doc.tables.flatMap((table) => {
      const l = layers.findIndex((layer) => layer.doc.id === table.layer);
      if (l < 0) return [];
      return [new LayerTable(table, layers[l], words, (feature) => {
        this.view?.show(l, feature);
        stage.scrollIntoView({ block: "nearest" });
      })];
    });
    this.tables = tables;
    const bottom = foot(doc, words);
    this.root.prepend(titleBlock(doc, words, {
      print: (paper) => {
        this.setPaper(paper);
        window.print();
      },
      picture: () => (this.view ? savePicture(doc, this.view, words) : Promise.resolve()),
      present: doc.slides?.length ? () => this.presenter?.start() : null,
    }));
    this.root.append(sidePanel(doc, words, legend, tables, this.host.clientWidth >= PHONE), bottom.node);
    return bottom.scale;
  }

  private floating(words: Words, stage: HTMLElement, legend: Legend): null {
    const box = el("div", { class: "pm-floating" });
    const toggle = button(words("legend"), words("legend"), () => {
      const open = box.classList.toggle("pm-open");
      toggle.setAttribute("aria-expanded", String(open));
    }, "pm-floating-head");
    // on a phone, or in a low map, it would hide the map that it explains
    const open = this.host.clientWidth >= PHONE && (this.options.height ?? TALL) >= TALL;
    toggle.setAttribute("aria-expanded", String(open));
    box.classList.toggle("pm-open", open);
    box.append(toggle, legend.node);
    stage.append(box);
    return null;
  }

  private setPaper(paper: (typeof PAPER_NAMES)[number]): void {
    this.paper.textContent = `@page{size:${paper.toUpperCase()} landscape;margin:8mm}`;
    document.documentElement.classList.toggle("pm-paper-a4", paper === "a4");
  }

  private print(on: boolean): void {
    if (on) this.presenter?.pause(true);
    document.documentElement.classList.toggle("pm-printing", on);
    unfold(this.root);
    this.view?.printing(on);
    if (this.view) this.legend?.reach(this.view.map.getZoom());
    const numbered = on && this.words ? fold(this.root, this.tables, this.words) : null;
    if (numbered) this.view?.printing(on, numbered);
    if (!on) this.presenter?.pause(false);
  }

  select(pick: Pick, still = false): void {
    if (!this.view) this.waiting = pick;
    else this.view.select(pick, still);
  }

  setFilter(filter: Filter | null): void {
    this.filter = filter;
    this.address?.again();
    if (!this.view || !applyFilter(this.view.layers, filter, this.drawn)) return;
    this.legend?.sync();
    this.view.redraw();
    this.lookAtLeft();
  }

  // what a filter leaves may lie where nobody looks; without it the map goes back
  private lookAtLeft(): void {
    const { view, went } = this;
    if (!view || view.reading) return;
    const still = went !== null && stillAt(view.map, went.there);
    if (!this.filter) {
      if (went && still) lookBack(view.map, went.from);
      this.went = null;
      return;
    }
    const box = unseen(view.layers, view.map);
    if (!box) return;
    const from = went && still ? went.from : lookOf(view.map);
    view.fit(box);
    this.went = { from, there: lookOf(view.map) };
  }

  get opened(): boolean {
    return this.address?.opened ?? false;
  }

  setLayers(visible: Record<string, boolean>): void {
    let changed = false;
    for (const layer of this.view?.layers ?? []) {
      if (!Object.prototype.hasOwnProperty.call(visible, layer.doc.id)) continue;
      changed ||= layer.visible !== Boolean(visible[layer.doc.id]);
      layer.visible = Boolean(visible[layer.doc.id]);
    }
    if (!changed) return;
    this.legend?.sync();
    this.view?.redraw();
  }

  setDrawing(told: Told | null): void {
    const before = this.told;
    this.told = told;
    const drawing = this.view?.tools.drawing;
    if (!drawing) return;
    if (told) drawing.tell(told);
    // one that was drawn since is not the one that was taken away
    else if (before && drawing.id === before.id) drawing.clear(true);
  }

  measured(told: Told): void {
    if (this.view?.tools.drawing.id === told.id) this.setDrawing(told);
  }

  setServices(services: Record<string, Service> | null): void {
    this.services = services;
    this.view?.large.use(services);
    this.legend?.sync();
  }

  setCorrectable(given: Correctable | null): void {
    this.correctable = given;
    this.view?.tools.correct(given);
  }

  unchoose(): void {
    this.view?.tools.choosing.clear(true);
  }

  probe(): Record<string, unknown> | null {
    return this.view?.probe() ?? null;
  }

  get leaflet(): unknown {
    return this.view?.map;
  }

  destroy(): void {
    this.turn += 1;
    this.address?.release();
    this.presenter?.release();
    this.view?.destroy();
    this.view = null;
    window.removeEventListener("beforeprint", this.before);
    window.removeEventListener("afterprint", this.after);
    this.paper.remove();
    this.root.remove();
    delete this.host.platformsMap;
  }
}

export function mount(host: HTMLElement, doc: MapDocument | null, options: MountOptions): Handle {
  const owner = host as Host;
  const mounted = owner.platformsMap ?? new Mounted(owner, options);
  owner.platformsMap = mounted;
  if (doc) void mounted.update(doc);
  return mounted;
}
