// entry of the app: called again on every rerun, so it holds its map on the host element and
// takes the document only when its id is new to this browser. every trigger costs a run, so
// only what the server does not know yet is told.
import type { Filter } from "./filter";
import type { Service } from "./served";
import { Handle, mount } from "./mount";
import { Tiles, TilesDoc } from "./tiles";
import type { Background, Correctable, MapDocument, MapEvent, Pick, Told } from "./types";

interface Data {
  id: string;
  document: MapDocument | null;
  height?: number;
  /** maps of one group move together */
  group?: string;
  select?: (Pick & { nonce: number | string }) | null;
  /** the feature that the server holds as selected */
  known?: Pick | null;
  layers?: Record<string, boolean> | null;
  drawing?: Told | null;
  /** where a drawing is measured without a run, below the app's own address */
  measure?: string | null;
  correct?: Correctable | null;
  /** counts how often the server gave up what was chosen */
  unchosen?: number;
  filter?: Filter | null;
  /** where the plots of large layers are asked for */
  services?: Record<string, Service> | null;
  /** keep what is shown in the page's address */
  address?: boolean;
  /** background tiles that the server was set to offer */
  tiles?: TilesDoc | null;
}

interface Component {
  parentElement: HTMLElement;
  data: Data;
  setTriggerValue(name: string, value: unknown): void;
}

type Host = HTMLElement & {
  pmLost?: string; pmNonce?: number | string; pmDrawing?: string; pmKnown?: string; pmTold?: string;
  pmFilter?: string; pmCorrect?: string; pmUnchosen?: number;
  pmComponent?: Component;
  pmHandle?: Handle;
  pmOf?: string;
  pmMeasure?: string | null;
  /** tells the server of a drawing that is being measured */
  pmTell?: () => void;
  /** the background that was chosen; undefined before anything was */
  pmTiles?: string;
};

type Drawn = Extract<MapEvent, { type: "drawn" }>;

/** So long a run waits for the measure of what it was told; milliseconds. */
const PATIENCE_MS = 200;

const NOTHING: Pick = { layer: "", id: "" };

export { mount };

function named(pick: Pick | null | undefined): string {
  return pick ? JSON.stringify([pick.layer, pick.id]) : "";
}

function backgroundOf(tiles: TilesDoc | null | undefined, owner: Host): Background | null {
  if (!tiles?.layers.length) return null;
  return (uncover) => new Tiles(
    tiles, owner.pmTiles ?? tiles.layers[0].id, uncover, (chosen) => { owner.pmTiles = chosen; },
  );
}

/** An address of the app's own: a proxy may have put something before it. */
function below(path: string): string {
  const shell = document.querySelector<HTMLScriptElement>('script[type="module"][src*="static/js/"]');
  return new URL(path, new URL("../../", shell?.src ?? document.baseURI)).href;
}

async function measured(path: string, asked: Drawn): Promise<Told | null> {
  try {
    const answer = await fetch(below(path), {
      method: "POST", body: JSON.stringify({ id: asked.id, ring: asked.ring }), cache: "no-store",
      headers: { "content-type": "application/json" },
    });
    return answer.ok ? (await answer.json()) as Told : null;
  } catch {
    // the run measures too
    return null;
  }
}

// the official area stands on the map before the run that shows the rest of it begins: the run
// would take the browser's time. it begins after the frame that shows the area, or soon anyway
function drawn(event: Drawn, owner: Host): void {
  const now = () => {
    if (owner.pmTell !== now) return;
    delete owner.pmTell;
    (owner.pmComponent as Component).setTriggerValue("drawn", { id: event.id, ring: event.ring });
  };
  owner.pmTell = now;
  if (!owner.pmMeasure || !event.ring?.length) {
    now();
    return;
  }
  setTimeout(now, PATIENCE_MS);
  void measured(owner.pmMeasure, event).then((told) => {
    if (told) owner.pmHandle?.measured(told);
    requestAnimationFrame(() => setTimeout(now));
  });
}

function report(event: MapEvent, owner: Host): void {
  // in the order in which it happened
  owner.pmTell?.();
  const component = owner.pmComponent as Component;
  if (event.type === "drawn") drawn(event, owner);
  else if (event.type === "chosen") {
    component.setTriggerValue("chosen", { of: owner.pmOf ?? "", layer: event.layer, ids: event.ids });
  } else if (event.type === "correct") {
    component.setTriggerValue("correct", event);
  } else if (event.type === "picked") {
    if (named(event.pick) === owner.pmTold) return;
    owner.pmTold = named(event.pick);
    component.setTriggerValue("picked", event.pick ?? NOTHING);
  }
}

export default function platformsMap(component: Component): () => void {
  const { parentElement, data } = component;
  let host = parentElement.querySelector<Host>("[data-platforms-map]");
  if (!host) {
    host = document.createElement("div");
    host.setAttribute("data-platforms-map", "");
    parentElement.append(host);
  }
  const owner = host;
  // the newest callbacks, also for a map that an earlier run mounted
  owner.pmComponent = component;
  const handle: Handle = mount(owner, data.document, {
    mode: "component",
    height: data.height ?? 640,
    group: data.group,
    address: data.address,
    background: backgroundOf(data.tiles, owner),
    onEvent: (event) => report(event, owner),
  });
  handle.resize(data.height ?? 640);
  owner.pmHandle = handle;
  owner.pmMeasure = data.measure;
  owner.pmOf = data.id;
  const held = data.document ? data.document.id : handle.id;
  // the server remembers what it sent; it has to hear once when that was lost on the way
  if (held === data.id) delete owner.pmLost;
  else if (owner.pmLost !== data.id) {
    owner.pmLost = data.id;
    component.setTriggerValue("lost", data.id);
  }
  // a run that is under way still speaks of the selection before the last click
  const known = named(data.known ?? data.select);
  if (known !== owner.pmKnown) owner.pmTold = known;
  // a link that says where to look shows its feature there
  const fresh = owner.pmKnown === undefined;
  owner.pmKnown = known;
  if (data.layers) handle.setLayers(data.layers);
  if (data.select && data.select.nonce !== owner.pmNonce) {
    owner.pmNonce = data.select.nonce;
    const { layer, id } = data.select;
    void handle.ready.then(() => handle.select({ layer, id }, fresh && handle.opened));
  }
  handle.setServices(data.services ?? null);
  const filter = data.filter?.key ?? "";
  if (filter !== (owner.pmFilter ?? "")) {
    owner.pmFilter = filter;
    handle.setFilter(data.filter ?? null);
  }
  const drawing = JSON.stringify(data.drawing ?? null);
  if (drawing !== (owner.pmDrawing ?? "null")) {
    owner.pmDrawing = drawing;
    handle.setDrawing(data.drawing ?? null);
  }
  const correct = JSON.stringify(data.correct ?? null);
  if (correct !== (owner.pmCorrect ?? "null")) {
    owner.pmCorrect = correct;
    handle.setCorrectable(data.correct ?? null);
  }
  const unchosen = data.unchosen ?? 0;
  if (unchosen !== (owner.pmUnchosen ?? unchosen)) handle.unchoose();
  owner.pmUnchosen = unchosen;
  return () => {
    owner.pmTell?.();
    handle.destroy();
    for (const name of ["pmLost", "pmNonce", "pmDrawing", "pmKnown", "pmTold", "pmFilter", "pmCorrect", "pmUnchosen", "pmOf", "pmHandle"] as const) delete owner[name];
  };
}
