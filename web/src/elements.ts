// the only way elements are made here: text goes in as text, never as markup.

export interface Parts {
  class?: string;
  text?: string;
  attrs?: Record<string, string>;
  on?: Record<string, (event: Event) => void>;
}

const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Text without the marks that turn the direction of what follows them: they reach beyond it. */
export function plain(text: string): string {
  return text.replace(TURNS, "");
}

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K, parts: Parts = {}, children: (Node | null)[] = [],
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  if (parts.class) node.className = parts.class;
  if (parts.text !== undefined) node.textContent = plain(parts.text);
  for (const [name, value] of Object.entries(parts.attrs ?? {})) node.setAttribute(name, value);
  for (const [name, act] of Object.entries(parts.on ?? {})) node.addEventListener(name, act);
  for (const child of children) if (child) node.append(child);
  return node;
}

export function button(label: string, text: string, act: () => void, css = ""): HTMLButtonElement {
  return el("button", {
    class: `pm-button ${css}`.trim(), text,
    attrs: { type: "button", "aria-label": label, title: label },
    on: { click: (event) => { event.stopPropagation(); act(); } },
  });
}

/** A canvas for `w` by `h` css pixels, sharp on this screen. */
export function sharpCanvas(w: number, h: number, css: string, ratio = 0): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = el("canvas", { class: css, attrs: { "aria-hidden": "true" } });
  const ctx = fitCanvas(canvas, w, h, ratio);
  return [canvas, ctx];
}

export function fitCanvas(canvas: HTMLCanvasElement, w: number, h: number, ratio = 0): CanvasRenderingContext2D {
  const r = ratio || Math.max(2, window.devicePixelRatio || 1);
  canvas.width = Math.round(w * r);
  canvas.height = Math.round(h * r);
  canvas.style.width = `${w}px`;
  canvas.style.height = `${h}px`;
  const ctx = canvas.getContext("2d") as CanvasRenderingContext2D;
  ctx.setTransform(r, 0, 0, r, 0, 0);
  return ctx;
}

export type Words = (key: string, fields?: Record<string, string | number>) => string;

/** The catalogue that came with the document; an unknown key shows itself. */
export function wordsOf(strings: Record<string, string>): Words {
  return (key, fields = {}) => {
    const text = Object.prototype.hasOwnProperty.call(strings, key) ? strings[key] : key;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
      Object.prototype.hasOwnProperty.call(fields, name) ? String(fields[name]) : whole);
  };
}
