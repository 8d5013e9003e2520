// cutting a plot in two: a line of clicked points that crosses it. where the line ends outside
// the plot does not matter; the server cuts, and says when a line cuts nothing off.
import * as L from "leaflet";
import { Words } from "./elements";
import { History, Shape, turnOf } from "./shape";
import { Corner, Snapping, cornerOf } from "./snap";
import { WorkBox } from "./workbox";

const LINE = "#b3261e";
const SAME_PX = 3;

export interface CutTask {
  title: string;
  shape: Shape;
  finish(line: readonly Corner[]): void;
  cancel(): void;
}

export class Cutting {
  private task: CutTask | null = null;
  private history = new History<readonly Corner[]>([]);
  private readonly box: WorkBox;
  private readonly area: L.Polygon;
  private readonly line: L.Polyline;
  private readonly band: L.Polyline;
  private readonly key = (event: KeyboardEvent) => this.pressed(event);

  constructor(
    private readonly map: L.Map, private readonly words: Words, private readonly snap: Snapping,
  ) {
    this.box = new WorkBox(words);
    const style = { pane: "pm-draw", renderer: L.svg({ pane: "pm-draw", padding: 0.5 }), interactive: false, noClip: true };
    this.area = L.polygon([], { ...style, weight: 2.5, color: "#1f4e79", fillOpacity: 0.08 });
    this.line = L.polyline([], { ...style, weight: 3, color: LINE, className: "pm-cut-line" });
    this.band = L.polyline([], { ...style, weight: 2, color: LINE, dashArray: "6 4" });
    map.on("click", (event) => this.put(event as L.LeafletMouseEvent));
    map.on("dblclick", () => this.finish());
    map.on("mousemove", (event) => this.moved(event as L.LeafletMouseEvent));
    document.addEventListener("keydown", this.key, true);
  }

  get node(): HTMLElement {
    return this.box.node;
  }

  get active(): boolean {
    return this.task !== null;
  }

  destroy(): void {
    document.removeEventListener("keydown", this.key, true);
  }

  begin(task: CutTask): void {
    this.task = task;
    this.history = new History<readonly Corner[]>([]);
    this.map.doubleClickZoom.disable();
    this.map.getContainer().classList.add("pm-drawing");
    for (const layer of [this.area, this.line, this.band]) layer.addTo(this.map);
    this.area.setLatLngs(task.shape.map((part) => part.map((ring) => ring.map(([lon, lat]) => L.latLng(lat, lon)))));
    this.paint();
    this.map.getContainer().focus({ preventScroll: true });
  }

  private end(): CutTask | null {
    const { task } = this;
    this.task = null;
    this.snap.clear();
    this.map.doubleClickZoom.enable();
    this.map.getContainer().classList.remove("pm-drawing");
    for (const layer of [this.area, this.line, this.band]) layer.remove();
    this.box.hide();
    return task;
  }

  cancel(): void {
    this.end()?.cancel();
  }

  finish(): void {
    if (!this.task || this.history.now.length < 2) return;
    const line = this.history.now;
    this.end()?.finish(line);
  }

  private put(event: L.LeafletMouseEvent): void {
    if (!this.task) return;
    this.add(cornerOf(event.latlng, this.snap.find(event.latlng, event.originalEvent)));
  }

  private add(corner: Corner): void {
    const last = this.history.now[this.history.now.length - 1];
    const pixel = (c: Corner) => this.map.latLngToContainerPoint([c[1], c[0]]);
    // the second click of a double click
    if (last && pixel(last).distanceTo(pixel(corner)) < SAME_PX) return;
    this.history.push([...this.history.now, corner]);
    this.paint();
  }

  private moved(event: L.LeafletMouseEvent): void {
    if (!this.task) return;
    const [lon, lat] = cornerOf(event.latlng, this.snap.find(event.latlng, event.originalEvent));
    const last = this.history.now[this.history.now.length - 1];
    this.band.setLatLngs(last ? [[last[1], last[0]], [lat, lon]] : []);
  }

  private turn(way: 1 | -1): void {
    if (way > 0) this.history.undo();
    else this.history.redo();
    this.paint();
  }

  private pressed(event: KeyboardEvent): void {
    if (!this.task) return;
    const target = event.target as HTMLElement;
    if (target.closest("input, textarea, select, [contenteditable='true']")) return;
    const way = turnOf(event);
    const acts: Record<string, () => void> = { Escape: () => this.cancel(), Backspace: () => this.turn(1) };
    if (!target.closest("button, a, summary")) {
      acts.Enter = () => this.finish();
      acts[" "] = () => {
        const centre = this.map.getCenter();
        this.add(cornerOf(centre, this.snap.find(centre)));
      };
    }
    const act = way ? () => this.turn(way) : Object.prototype.hasOwnProperty.call(acts, event.key) ? acts[event.key] : null;
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }

  private paint(): void {
    const { task, words } = this;
    if (!task) return;
    this.line.setLatLngs(this.history.now.map(([lon, lat]) => L.latLng(lat, lon)));
    this.band.setLatLngs([]);
    this.box.show(task.title, "", [], words("cut_hint"), [
      { name: "cut_done", act: () => this.finish(), off: this.history.now.length < 2 },
      { name: "edit_undo", act: () => this.turn(1), off: !this.history.canUndo },
      { name: "edit_redo", act: () => this.turn(-1), off: !this.history.canRedo },
      { name: "draw_cancel", act: () => this.cancel() },
    ]);
  }
}
