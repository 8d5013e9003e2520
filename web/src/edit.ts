// changing a shape corner by corner: a handle on each corner to drag, one on the middle of each
// edge to make a corner there. handles are buttons, so everything works without a pointer too:
// Tab walks them, arrows move one, Delete takes it away, Enter on a middle makes a corner.
import * as L from "leaflet";
import { EdgeWords } from "./edge_words";
import { Words, el } from "./elements";
import { FEWEST, History, Place, Shape, inserted, measured, moved, ringOf, turnOf, without } from "./shape";
import { Corner, Snapping, cornerOf } from "./snap";
import { WorkBox, number } from "./workbox";

const MU_PER_M2 = 0.0015;
/** More handles than this in sight would hide the shape. */
const MOST_HANDLES = 260;
const MIDDLE_PX = 34;
const LINE = "#1f4e79";

export interface EditTask {
  title: string;
  shape: Shape;
  /** the name of the act that ends the change */
  done: string;
  finish(shape: Shape): void;
  cancel(): void;
}

export class Editing {
  private task: EditTask | null = null;
  private history = new History<Shape>([]);
  private held: Shape | null = null;
  private note = "";
  private readonly box: WorkBox;
  private readonly area: L.Polygon;
  private readonly handles = L.layerGroup();
  private readonly lengths: EdgeWords;
  private readonly key = (event: KeyboardEvent) => this.pressed(event);

  constructor(
    private readonly map: L.Map, private readonly words: Words, private readonly snap: Snapping,
  ) {
    this.box = new WorkBox(words);
    this.box.node.classList.add("pm-work-edit");
    map.createPane("pm-handles").style.zIndex = "460";
    this.area = L.polygon([], {
      pane: "pm-draw", renderer: L.svg({ pane: "pm-draw", padding: 0.5 }), interactive: false, noClip: true,
      weight: 2.5, color: LINE, fillColor: LINE, fillOpacity: 0.1, className: "pm-edited",
    });
    this.lengths = new EdgeWords(map);
    this.handles.addTo(map);
    map.on("moveend zoomend", () => { if (this.task && !this.held) this.paint(); });
    document.addEventListener("keydown", this.key, true);
  }

  get node(): HTMLElement {
    return this.box.node;
  }

  get active(): boolean {
    return this.task !== null;
  }

  get shape(): Shape {
    return this.history.now;
  }

  destroy(): void {
    document.removeEventListener("keydown", this.key, true);
  }

  begin(task: EditTask): void {
    this.task = task;
    this.history = new History(task.shape);
    this.note = "";
    this.area.addTo(this.map);
    this.map.getContainer().classList.add("pm-editing");
    this.paint();
    this.map.getContainer().focus({ preventScroll: true });
  }

  private end(): EditTask | null {
    const { task } = this;
    this.task = null;
    this.held = null;
    this.snap.clear();
    this.area.remove();
    this.handles.clearLayers();
    this.lengths.set([]);
    this.map.getContainer().classList.remove("pm-editing");
    this.box.hide();
    return task;
  }

  cancel(): void {
    this.end()?.cancel();
  }

  finish(): void {
    const { shape } = this;
    if (!this.task || measured(shape).crossed) return;
    // what was not changed is not told as a change
    const task = this.end();
    if (this.history.canUndo) task?.finish(shape);
    else task?.cancel();
  }

  private change(next: Shape, focus?: Place): void {
    this.note = "";
    this.history.push(next);
    this.paint(focus);
  }

  private turn(way: 1 | -1): void {
    if (way > 0 ? this.history.undo() : this.history.redo()) this.paint();
  }

  private drop(place: Place): void {
    const next = without(this.shape, place);
    if (next) {
      const left = ringOf(next, place).length;
      this.change(next, [place[0], place[1], place[2] % left]);
      return;
    }
    this.note = this.words("edit_fewest", { n: FEWEST });
    this.report(this.shape);
  }

  private pressed(event: KeyboardEvent): void {
    if (!this.task) return;
    const target = event.target as HTMLElement;
    if (target.closest("input, textarea, select, [contenteditable='true']")) return;
    const way = turnOf(event);
    const act = way ? () => this.turn(way)
      : event.key === "Escape" ? () => this.cancel()
        : event.key === "Enter" && !target.closest("button, a, summary, .pm-handle") ? () => this.finish() : null;
    if (!act) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    act();
  }

  private paint(focus?: Place): void {
    const { shape } = this;
    this.draw(shape);
    const walked = document.activeElement?.closest(".pm-handle") !== null;
    this.handles.clearLayers();
    // the keys go on working when the handle that had them is gone
    if (walked && !focus) this.map.getContainer().focus({ preventScroll: true });
    const spots = this.inSight(shape);
    if (spots === null) {
      this.note = this.words("edit_closer");
      return this.report(shape);
    }
    if (this.note === this.words("edit_closer")) this.note = "";
    const middles = spots.length * 2 <= MOST_HANDLES;
    for (const place of spots) {
      this.corner(place, focus !== undefined && focus.join() === place.join());
      if (middles) this.middle(place);
    }
    this.report(shape);
  }

  private draw(shape: Shape): void {
    this.area.setLatLngs(shape.map((part) => part.map((ring) => ring.map(([lon, lat]) => L.latLng(lat, lon)))));
  }

  /** The corners in the window; null when there are too many to take hold of. */
  private inSight(shape: Shape): Place[] | null {
    const window = this.map.getBounds().pad(0.05);
    const spots: Place[] = [];
    shape.forEach((part, p) => part.forEach((ring, r) => ring.forEach(([lon, lat], c) => {
      if (window.contains([lat, lon])) spots.push([p, r, c]);
    })));
    return spots.length > MOST_HANDLES ? null : spots;
  }

  private corner(place: Place, focus: boolean): void {
    const [lon, lat] = ringOf(this.shape, place)[place[2]];
    const marker = this.handle(L.latLng(lat, lon), "pm-handle", this.words("edit_corner", { n: place[2] + 1 }));
    const move = (at: L.LatLng, event?: Event) => moved(this.shape, place, cornerOf(at, this.snap.find(at, event)));
    this.dragged(marker, move, () => place);
    marker.on("contextmenu", (event) => {
      L.DomEvent.stop((event as L.LeafletMouseEvent).originalEvent);
      this.drop(place);
    });
    const node = marker.getElement() as HTMLElement;
    node.addEventListener("keydown", (event) => {
      const step = event.shiftKey ? 10 : 1;
      const by: Record<string, [number, number]> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      if (event.key === "Delete" || event.key === "Backspace") this.drop(place);
      else if (Object.prototype.hasOwnProperty.call(by, event.key)) {
        const at = this.map.latLngToContainerPoint(marker.getLatLng()).add(L.point(by[event.key]));
        const to = this.map.containerPointToLatLng(at);
        // a key moves by a pixel: joining would hold it where it is
        this.change(moved(this.shape, place, [to.lng, to.lat]), place);
      } else return;
      L.DomEvent.stop(event);
    });
    if (focus) node.focus({ preventScroll: true });
  }

  private middle(place: Place): void {
    const ring = ringOf(this.shape, place);
    const [a, b] = [ring[place[2]], ring[(place[2] + 1) % ring.length]];
    const pixels = this.map.latLngToContainerPoint([a[1], a[0]]).distanceTo(this.map.latLngToContainerPoint([b[1], b[0]]));
    if (pixels < MIDDLE_PX) return;
    const centre: Corner = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
    const marker = this.handle(L.latLng(centre[1], centre[0]), "pm-handle pm-middle", this.words("edit_middle", { n: place[2] + 1 }));
    const fresh: Place = [place[0], place[1], place[2] + 1];
    this.dragged(marker, (at, event) => inserted(this.shape, place, cornerOf(at, this.snap.find(at, event))), () => fresh);
    const add = () => this.change(inserted(this.shape, place, centre), fresh);
    marker.on("click", add);
    (marker.getElement() as HTMLElement).addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      L.DomEvent.stop(event);
      add();
    });
  }

  private handle(at: L.LatLng, css: string, label: string): L.Marker {
    const marker = L.marker(at, {
      pane: "pm-handles", draggable: true, keyboard: true, autoPanOnFocus: false, bubblingMouseEvents: false,
      icon: L.divIcon({ className: css, iconSize: [22, 22], html: el("i") }),
    });
    this.handles.addLayer(marker);
    marker.getElement()?.setAttribute("aria-label", label);
    marker.getElement()?.setAttribute("title", label);
    return marker;
  }

  private dragged(marker: L.Marker, make: (at: L.LatLng, event?: Event) => Shape, focus: () => Place): void {
    marker.on("drag", (event) => {
      // where the pointer is, not where the handle was put last
      const next = make(marker.getLatLng(), (event as unknown as { originalEvent?: Event }).originalEvent);
      this.held = next;
      const [p, r, c] = focus();
      const [lon, lat] = next[p][r][c];
      this.draw(next);
      this.report(next, focus());
      (marker.getElement() as HTMLElement).classList.add("pm-held");
      if (next[p][r][c].length > 2) marker.setLatLng([lat, lon]);
    });
    marker.on("dragend", () => {
      const next = this.held;
      this.held = null;
      this.snap.clear();
      if (next) this.change(next, focus());
    });
  }

  private report(shape: Shape, at?: Place): void {
    const { task, words } = this;
    if (!task) return;
    const now = measured(shape);
    const before = measured(task.shape);
    // fewer digits than an official area has: the server measures what is done
    const area = (m2: number) => Number.isNaN(m2) ? "—" : `≈ ${words("draw_area_is", { mu: number(m2 * MU_PER_M2, 2), m2: number(m2, 0) })}`;
    const change = now.area_m2 - before.area_m2;
    const signed = (value: number, digits: number) => {
      const text = number(Math.abs(value), digits);
      // what is printed as nought has no sign
      return /[1-9]/.test(text) ? `${value < 0 ? "−" : "+"}${text}` : text;
    };
    const rows: [string, string][] = [
      [words("draw_area"), area(now.area_m2)],
      [words("edit_change"), Number.isNaN(change) ? "—" : `≈ ${words("draw_area_is", { mu: signed(change * MU_PER_M2, 2), m2: signed(change, 0) })}`],
      [words("draw_perimeter"), words("draw_metres", { m: number(now.perimeter_m, 2) })],
    ];
    if (at) {
      const edges = now.rings[at[0]][at[1]].edges_m;
      const beside = [edges[(at[2] + edges.length - 1) % edges.length], edges[at[2]]];
      rows.push([words("edit_beside"), beside.map((m) => words("draw_metres", { m: number(m, 2) })).join(" · ")]);
    }
    this.lengths.set(shape.flatMap((part, p) => part.map((ring, r) => ({
      ring, texts: now.rings[p][r].edges_m.map((m) => number(m, 2)),
    }))));
    const note = now.crossed ? words("edit_crossed") : this.note || words("edit_hint");
    this.box.show(task.title, words("draw_estimate"), rows, note, [
      { name: task.done, act: () => this.finish(), off: now.crossed },
      { name: "edit_undo", act: () => this.turn(1), off: !this.history.canUndo },
      { name: "edit_redo", act: () => this.turn(-1), off: !this.history.canRedo },
      { name: "draw_cancel", act: () => this.cancel() },
    ], now.crossed || this.note !== "");
  }
}
