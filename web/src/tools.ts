// the tools with which one draws, corrects and chooses on the map. one of them has the pointer at
// a time; the map asks here whether a click is its own.
import type * as L from "leaflet";
import { Choosing, Chosen } from "./choose";
import { Cutting } from "./cut";
import { Drawing } from "./draw";
import { Editing } from "./edit";
import type { Words } from "./elements";
import type { PlanLayer } from "./plan_layer";
import { Snapping } from "./snap";
import type { Correctable, MapEvent } from "./types";
import { WorkBox } from "./workbox";

export interface ToolEvents {
  /** a tool takes the pointer: what was selected gives way */
  begin(): void;
  chosen(chosen: Chosen | null): void;
  tell(event: MapEvent): void;
}

export class Tools {
  readonly snap: Snapping;
  readonly drawing: Drawing;
  readonly editing: Editing;
  readonly cutting: Cutting;
  readonly choosing: Choosing;
  private correctable: Correctable | null = null;
  private started = "";
  private readonly offers: WorkBox;
  private offered: { layer: PlanLayer; feature: number } | null = null;

  constructor(
    map: L.Map, private readonly layers: PlanLayer[], private readonly words: Words, official: boolean,
    private readonly events: ToolEvents,
  ) {
    map.createPane("pm-draw").style.zIndex = "450";
    this.snap = new Snapping(map, layers);
    this.offers = new WorkBox(words);
    this.offers.node.classList.add("pm-offer");
    this.drawing = new Drawing(map, words, official, this.snap, {
      begin: () => this.begin(this.drawing),
      drawn: (id, ring) => events.tell({ type: "drawn", id, ring }),
      cleared: () => events.tell({ type: "drawn", id: "", ring: null }),
      edit: () => this.editDrawing(),
    });
    this.editing = new Editing(map, words, this.snap);
    this.cutting = new Cutting(map, words, this.snap);
    this.choosing = new Choosing(map, layers, words, {
      begin: () => this.begin(this.choosing),
      changed: (chosen) => {
        events.chosen(chosen);
        const layer = chosen ? layers[chosen.layer].doc.id : "";
        events.tell({ type: "chosen", layer, ids: this.choosing.ids() });
      },
    });
  }

  get buttons(): HTMLElement[] {
    return [this.drawing.toggle, ...this.choosing.toggles];
  }

  get boxes(): HTMLElement[] {
    return [this.drawing.box, this.editing.node, this.cutting.node, this.choosing.node, this.offers.node];
  }

  /** Whether a tool has the pointer. */
  get busy(): boolean {
    return this.drawing.active || this.editing.active || this.cutting.active || this.choosing.active;
  }

  /** A click with Ctrl on a feature that can be chosen; true when it was taken. */
  pick(event: MouseEvent, spot: { layer: number; feature: number } | undefined): boolean {
    return spot !== undefined && (event.ctrlKey || event.metaKey) && this.choosing.toggle(spot.layer, spot.feature);
  }

  destroy(): void {
    for (const tool of [this.drawing, this.editing, this.cutting, this.choosing]) tool.destroy();
  }

  // the tool that begins stays, every other one gives up the pointer
  private begin(tool?: Drawing | Choosing): void {
    if (this.editing.active) this.editing.cancel();
    if (this.cutting.active) this.cutting.cancel();
    if (tool !== this.drawing && this.drawing.active) this.drawing.cancel();
    if (tool !== this.choosing && this.choosing.active) this.choosing.use(null);
    this.events.begin();
    this.offers.hide();
  }

  private editDrawing(): void {
    this.begin();
    this.snap.except = null;
    this.drawing.hide(true);
    this.editing.begin({
      title: this.words("edit_drawing"), shape: [[this.drawing.corners]], done: "edit_done",
      finish: (shape) => {
        this.drawing.hide(false);
        this.drawing.replace(shape[0][0]);
      },
      cancel: () => this.drawing.hide(false),
    });
  }

  /** Offer to correct what is selected, where the server said that it corrects that layer. */
  offer(layer: PlanLayer | null, feature = 0): void {
    this.offered = layer && { layer, feature };
    if (!layer || this.correctable?.layer !== layer.doc.id || this.busy || this.choosing.chosen || this.drawing.id) {
      this.offers.hide();
      return;
    }
    const id = layer.attributes.id(feature);
    const ask = (act: "edit" | "cut") => () => this.events.tell({ type: "correct", ask: { layer: layer.doc.id, id, act } });
    this.offers.show(layer.name(feature), "", [], "", [
      { name: "edit_offer", act: ask("edit") }, { name: "cut_offer", act: ask("cut") },
    ]);
  }

  /** What the server lets be corrected, and the exact shape of what was asked for. */
  correct(given: Correctable | null): void {
    this.correctable = given;
    if (this.offered) this.offer(this.offered.layer, this.offered.feature);
    const task = given?.task;
    if (!given || !task || task.nonce === this.started) return;
    this.started = task.nonce;
    this.begin();
    const { layer } = given;
    const { id, nonce } = task;
    this.snap.except = { layer, id };
    const l = this.layers.findIndex((one) => one.doc.id === layer);
    const f = l < 0 ? -1 : this.layers[l].attributes.row(id);
    const name = f < 0 ? id : this.layers[l].name(f);
    const over = () => {
      this.snap.except = null;
      this.events.tell({ type: "correct", over: nonce });
    };
    if (task.act === "cut") {
      this.cutting.begin({
        title: this.words("cut_title", { name }), shape: task.shape,
        finish: (line) => {
          this.snap.except = null;
          this.events.tell({ type: "correct", done: { layer, id, nonce, line } });
        },
        cancel: over,
      });
      return;
    }
    this.editing.begin({
      title: this.words("edit_title", { name }), shape: task.shape, done: "edit_check",
      finish: (shape) => {
        this.snap.except = null;
        this.events.tell({ type: "correct", done: { layer, id, nonce, shape } });
      },
      cancel: over,
    });
  }
}
