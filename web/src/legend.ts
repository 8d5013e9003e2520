// the legend is the layer list: switches for layers and classes, swatches painted by the
// same code as the map, and for each layer where it comes from and how exact it is.
import { Words, button, el, sharpCanvas } from "./elements";
import type { PlanLayer } from "./plan_layer";
import { drawArrow, flowWidth } from "./flow";
import { drawGauge, drawMark, hatchFill } from "./style";
import type { ClassDoc } from "./types";

export function swatch(layer: PlanLayer, look: ClassDoc): HTMLCanvasElement {
  const [canvas, ctx] = sharpCanvas(24, 16, "pm-swatch");
  if (layer.style.gauge) {
    drawGauge(ctx, look, 12, 8, 6.5, 0.7);
    return canvas;
  }
  if (layer.doc.kind === "flow") {
    drawArrow(ctx, look, 3, 8, 22, 2.6);
    return canvas;
  }
  if (layer.doc.kind === "point") {
    drawMark(ctx, layer.style.shape, look, 12, 8, Math.min(layer.style.size, 6));
    return canvas;
  }
  ctx.beginPath();
  if (layer.doc.kind === "line") {
    ctx.moveTo(2, 8);
    ctx.lineTo(22, 8);
  } else ctx.rect(1.5, 2, 21, 12);
  if (layer.doc.kind === "polygon" && look.fill) {
    ctx.globalAlpha = Math.max(look.opacity, 0.35);
    ctx.fillStyle = look.fill;
    ctx.fill();
  }
  const hatch = look.stroke ? hatchFill(ctx, look.hatch, look.stroke, 2) : null;
  if (hatch) {
    ctx.fillStyle = hatch;
    ctx.fill();
  }
  ctx.globalAlpha = 1;
  if (look.stroke) {
    ctx.setLineDash(look.dash.map((d) => d * 0.7));
    ctx.lineWidth = Math.max(1, Math.min(look.width, 2));
    ctx.strokeStyle = look.stroke;
    ctx.stroke();
  }
  return canvas;
}

/** A round number at or below a value: 1, 2 or 5 and noughts. */
function round(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  return ([5, 2, 1].find((step) => step * unit <= value) ?? 1) * unit;
}

/** What widths and sizes stand for: a line of words, and samples with what they are. */
export interface Scale {
  told: string;
  steps: { picture: HTMLCanvasElement; text: string }[];
}

/** The scale of a layer, drawn by the code that draws the map; null where nothing is sized. */
export function scaleOf(layer: PlanLayer, words: Words): Scale | null {
  const { flow, gauge } = layer.style;
  const sized = flow?.weight ?? gauge?.size;
  if (sized === undefined || !(layer.most > 0)) return null;
  const column = layer.column(sized);
  const ink: ClassDoc = { ...layer.style.classes[0], fill: "#46525e", stroke: "#46525e" };
  const steps = [...new Set([round(layer.most / 10), round(layer.most / 3), round(layer.most)])];
  const said = (value: number) => `${value.toLocaleString("en-US")} ${column?.unit ?? ""}`.trim();
  const drawn = steps.map((value) => {
    const r = gauge ? gauge.largest * Math.sqrt(value / layer.most) : 0;
    const [picture, ctx] = sharpCanvas(gauge ? Math.ceil(2 * r + 4) : 30, 2 * Math.max(r, 8) + 4, "");
    if (flow) drawArrow(ctx, ink, 9, 10, 28, flowWidth(layer, value));
    else drawGauge(ctx, ink, r + 2, Math.max(r, 8) + 2, r, 0.7);
    return { picture, text: said(value) };
  });
  const told = gauge
    ? words("scale_gauge", { size: column?.title ?? "", used: layer.column(gauge.used)?.title ?? "" })
    : words("scale_flow", { weight: column?.title ?? "" });
  return { told, steps: drawn };
}

function scale(layer: PlanLayer, words: Words): HTMLElement | null {
  const found = scaleOf(layer, words);
  return found && el("div", { class: "pm-scale" }, [
    el("span", { class: "pm-quiet", text: found.told }),
    ...found.steps.map(({ picture, text }) => el("span", { class: "pm-scale-step" }, [picture, el("span", { text })])),
  ]);
}

/** The layers under the names of their groups, the uppermost first. */
export function grouped(layers: PlanLayer[]): Map<string, PlanLayer[]> {
  const groups = new Map<string, PlanLayer[]>();
  // nothing to switch where nothing is; what has no place is told all the same
  const held = layers.filter(({ doc }) => doc.features || doc.unplaced);
  for (const layer of held.sort((a, b) => b.doc.order - a.doc.order)) {
    const group = groups.get(layer.doc.group);
    if (group) group.push(layer);
    else groups.set(layer.doc.group, [layer]);
  }
  return groups;
}

/** How many features of a layer have no place, and which; null where all have one. */
export function unplaced(layer: PlanLayer, words: Words): HTMLElement | null {
  const { unplaced: found } = layer.doc;
  if (!found) return null;
  const named = found.names.length ? words("unplaced_named", { n: found.n, names: found.names.join(words("unplaced_join")) }) : "";
  return el("p", { class: "pm-quiet pm-unplaced", text: named || words("unplaced", { n: found.n }) });
}

export function tags(layer: PlanLayer, words: Words): HTMLElement[] {
  const out: HTMLElement[] = [];
  if (layer.doc.sample) out.push(el("span", { class: "pm-tag pm-tag-sample", text: words("sample") }));
  if (layer.doc.schematic && layer.doc.stand_ins !== 0) out.push(el("span", { class: "pm-tag", text: [words("schematic"), layer.doc.stand_ins ?? ""].join(" ").trim() }));
  return out;
}

function facts(layer: PlanLayer, words: Words): string[] {
  const { doc } = layer;
  const out: string[] = [];
  if (doc.source) out.push(words("source_is", { text: doc.source }));
  if (doc.date) out.push(words("date_is", { text: doc.date }));
  if (doc.accuracy) {
    const [low, high] = doc.accuracy;
    out.push(low === high ? words("accuracy_one", { m: high }) : words("accuracy_range", { low, high }));
  }
  if (doc.note) out.push(doc.note);
  return out;
}

function tick(label: string, on: boolean, act: (on: boolean) => void): HTMLInputElement {
  const box = el("input", { class: "pm-tick", attrs: { type: "checkbox", "aria-label": label } });
  box.checked = on;
  box.addEventListener("change", () => act(box.checked));
  return box;
}

export class Legend {
  readonly node = el("div", { class: "pm-legend" });
  private readonly rows = new Map<PlanLayer, { box: HTMLInputElement; row: HTMLElement }>();
  private readonly counts: (() => void)[] = [];
  private readonly groups: { box: HTMLElement; members: PlanLayer[] }[] = [];

  constructor(
    private readonly layers: PlanLayer[], private readonly words: Words,
    private readonly changed: () => void,
  ) {
    for (const [group, members] of grouped(layers)) {
      const box = el("fieldset", { class: "pm-group" }, [
        el("legend", { text: group }), ...members.map((layer) => this.row(layer)),
      ]);
      this.groups.push({ box, members });
      this.node.append(box);
    }
    this.sync();
  }

  private row(layer: PlanLayer): HTMLElement {
    const { doc, style } = layer;
    const box = tick(doc.title, layer.visible, (on) => {
      layer.visible = on;
      this.sync();
      this.changed();
    });
    const info = el("div", { class: "pm-facts", attrs: { hidden: "" } }, facts(layer, this.words).map((text) => el("p", { text })));
    const more = button(this.words("about_layer", { title: doc.title }), "i", () => {
      const open = info.hasAttribute("hidden");
      info.toggleAttribute("hidden", !open);
      more.setAttribute("aria-expanded", String(open));
    }, "pm-more");
    more.setAttribute("aria-expanded", "false");
    const many = style.classes.length > 1;
    const head = el("div", { class: "pm-row-head" }, [
      el("label", {}, [
        box, many ? null : swatch(layer, style.classes[0]),
        el("span", { class: "pm-row-title", text: doc.title }),
        this.count(layer),
      ]),
      ...tags(layer, this.words), more,
    ]);
    const row = el("div", { class: many ? "pm-row pm-row-wide" : "pm-row" }, [head, info]);
    if (many) row.append(this.classes(layer));
    const sizes = scale(layer, this.words);
    if (sizes) {
      row.classList.add("pm-row-wide", many ? "pm-row-many" : "pm-row-sized");
      row.append(sizes);
    }
    if (doc.summed) row.append(el("p", { class: "pm-quiet pm-unplaced", text: this.words("summed_legend") }));
    if (doc.unplaced) row.append(el("p", { class: "pm-quiet pm-unplaced", text: this.words("unplaced", { n: doc.unplaced.n }) }));
    this.rows.set(layer, { box, row });
    return row;
  }

  private classes(layer: PlanLayer): HTMLElement {
    const rows = layer.style.classes.map((look, c) => {
      if (!layer.classCount[c]) return null;
      return el("label", { class: "pm-class" }, [
        tick(`${layer.doc.title} ${look.title}`, layer.classOn[c], (on) => {
          layer.classOn[c] = on;
          this.changed();
        }),
        swatch(layer, look),
        el("span", { text: look.title }),
        this.count(layer, c),
      ]);
    });
    return el("div", { class: "pm-classes" }, rows);
  }

  private count(layer: PlanLayer, c?: number): HTMLElement {
    const node = el("span", { class: "pm-count" });
    this.counts.push(() => { node.textContent = layer.count(c); });
    return node;
  }

  /** Bring the ticks in line with the layers, whoever switched them. */
  sync(): void {
    for (const [layer, { box, row }] of this.rows) {
      box.checked = layer.visible;
      row.classList.toggle("pm-off", !layer.visible);
    }
    for (const { box, members } of this.groups) box.classList.toggle("pm-group-off", members.every((layer) => !layer.visible));
    this.counts.forEach((tell) => tell());
  }

  /** Mark what is not drawn at a zoom, for where the legend explains one view only. */
  reach(zoom: number): void {
    for (const [layer, { row }] of this.rows) row.classList.toggle("pm-beyond", !layer.inZoom(zoom));
    for (const { box, members } of this.groups) {
      box.classList.toggle("pm-group-beyond", members.every((layer) => !layer.visible || !layer.inZoom(zoom)));
    }
  }

  visible(): Record<string, boolean> {
    return Object.fromEntries(this.layers.map((l) => [l.doc.id, l.visible]));
  }
}
