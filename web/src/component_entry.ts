// entry of the app: called again on every rerun, so it holds its map on the host element and
// takes the document only when its id is new to this browser. every trigger costs a run, so
// only what the server does not know yet is told.
import type { Filter } from "./filter";
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
  correct?: Correctable | null;
  /** counts how often the server gave up what was chosen */
  unchosen?: number;
  filter?: Filter | null;
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
  pmOf?: string;
  /** the background that was chosen; undefined before anything was */
  pmTiles?: string;
};

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

function report(event: MapEvent, owner: Host): void {
  const component = owner.pmComponent as Component;
  if (event.type === "drawn") {
    component.setTriggerValue("drawn", { id: event.id, ring: event.ring });
  } else if (event.type === "chosen") {
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
    handle.destroy();
    for (const name of ["pmLost", "pmNonce", "pmDrawing", "pmKnown", "pmTold", "pmFilter", "pmCorrect", "pmUnchosen", "pmOf"] as const) delete owner[name];
  };
}
