// what stands over a map: where words would lie under it, and what it leaves free beside itself.
import * as L from "leaflet";
import type { Box } from "./spread";

/** Margin of the card, and width of a map that has room beside it; pixels. */
const CARD_MARGIN = 30;
const ROOM_FOR_CARD = 760;
const EDGE = 14;
const OVER = [
  ".pm-search input", ".pm-tools", ".pm-north", ".pm-locator", ".pm-sample-badge", ".pm-floating",
  ".pm-slide-edge-back", ".pm-slide-edge-forth",
];

/** Where words would lie under a control. */
export function coveredBy(host: HTMLElement, map: L.Map): Box[] {
  const origin = map.getContainer().getBoundingClientRect();
  const size = map.getSize();
  const boxes: Box[] = [{ x0: 0, y0: size.y - 74, x1: 250, y1: size.y }];
  for (const css of OVER) {
    const rect = host.querySelector(css)?.getBoundingClientRect();
    if (rect?.width) boxes.push({ x0: rect.left - origin.left, y0: rect.top - origin.top, x1: rect.right - origin.left, y1: rect.bottom - origin.top });
  }
  return boxes;
}

/** Pixels at the left and right under an open legend and a card, where there is room beside them. */
export function freeBeside(host: HTMLElement, holder: HTMLElement, wide: number): [number, number] {
  if (wide <= ROOM_FOR_CARD) return [EDGE, EDGE];
  const legend = host.querySelector<HTMLElement>(".pm-floating.pm-open");
  const card = holder.querySelector<HTMLElement>(".pm-card");
  return [
    legend ? legend.offsetLeft + legend.offsetWidth : EDGE,
    card?.offsetWidth ? card.offsetWidth + CARD_MARGIN : EDGE,
  ];
}
