// entry of the app: called again on every rerun, so it holds its map on the host element
// and takes the document only when its id is new to this browser.
import { Handle, mount } from "./mount";
import type { MapDocument, Pick } from "./types";

interface Data {
  id: string;
  document: MapDocument | null;
  height?: number;
  select?: (Pick & { nonce: number | string }) | null;
  layers?: Record<string, boolean> | null;
}

interface Component {
  parentElement: HTMLElement;
  data: Data;
  setStateValue(name: string, value: unknown): void;
  setTriggerValue(name: string, value: unknown): void;
}

type Host = HTMLElement & { pmHave?: string; pmNonce?: number | string; pmComponent?: Component };

export { mount };

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
    onEvent: (event) => {
      const now = owner.pmComponent as Component;
      if (event.type === "picked") now.setTriggerValue("picked", event.pick);
      else now.setStateValue("layers", event.visible);
    },
  });
  handle.resize(data.height ?? 640);
  const held = data.document ? data.document.id : handle.id;
  // says what it holds; empty when the server thinks the browser has a document that it lost
  const have = held === data.id ? held : "";
  if (owner.pmHave !== have) {
    owner.pmHave = have;
    component.setStateValue("have", have);
  }
  if (data.layers) handle.setLayers(data.layers);
  if (data.select && data.select.nonce !== owner.pmNonce) {
    owner.pmNonce = data.select.nonce;
    const { layer, id } = data.select;
    void handle.ready.then(() => handle.select({ layer, id }));
  }
  return () => {
    handle.destroy();
    delete owner.pmHave;
  };
}
