// the offline page of what one looks at: asked of the app, which counts what lies inside and what
// is left out, and says why where a page cannot hold it.
import * as L from "leaflet";
import { Words, el } from "./elements";

/** What the app says stays readable so long; milliseconds. */
const SAID_MS = 12_000;
/** Digits of a degree in the question: about a metre. */
const DIGITS = 5;

export class Extent {
  readonly button: HTMLButtonElement;
  readonly said = el("p", { class: "pm-extent-said", attrs: { role: "status", hidden: "" } });
  private timer = 0;
  private stop: AbortController | null = null;

  constructor(private readonly map: L.Map, private readonly words: Words, private readonly address: () => string | null) {
    this.button = el("button", { class: "pm-extent", text: words("extent_get"), attrs: { type: "button", hidden: "" } });
    L.DomEvent.disableClickPropagation(this.button);
    this.button.addEventListener("click", () => void this.take());
  }

  offer(on: boolean): void {
    this.button.toggleAttribute("hidden", !on);
  }

  private async take(): Promise<void> {
    const address = this.address();
    if (!address || this.stop) return;
    const stop = new AbortController();
    this.stop = stop;
    this.button.disabled = true;
    this.tell(this.words("extent_making"), true);
    try {
      const bounds = this.map.getBounds();
      const box = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()].map((side) => side.toFixed(DIGITS));
      const answer = await fetch(`${address}/page?bbox=${box.join(",")}`, { signal: stop.signal, cache: "no-store" });
      this.tell(answer.ok ? await this.give(answer) : await this.why(answer));
    } catch {
      if (!stop.signal.aborted) this.tell(this.words("extent_lost"));
    }
    this.stop = null;
    this.button.disabled = false;
  }

  private async give(answer: Response): Promise<string> {
    const [inside, left] = (answer.headers.get("x-map-plots") ?? "").split("-").map((n) => Number(n).toLocaleString("en-US"));
    const file = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "map.html";
    const url = URL.createObjectURL(await answer.blob());
    const link = el("a", { attrs: { href: url, download: file } });
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), SAID_MS);
    return this.words("extent_got", { inside, left });
  }

  private async why(answer: Response): Promise<string> {
    if (!(answer.headers.get("content-type") ?? "").includes("json")) return this.words("extent_lost");
    return ((await answer.json()) as { message: string }).message;
  }

  private tell(text: string, stays = false): void {
    window.clearTimeout(this.timer);
    this.said.textContent = text;
    this.said.removeAttribute("hidden");
    if (!stays) this.timer = window.setTimeout(() => this.said.setAttribute("hidden", ""), SAID_MS);
  }

  release(): void {
    this.stop?.abort();
    window.clearTimeout(this.timer);
  }
}
