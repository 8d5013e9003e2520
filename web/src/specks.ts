// features too small to have a shape: boxes of whole pixels, set one by one in a picture
// that is laid over the map once. a hundred thousand of them cost what some dozens of
// rectangles drawn by the canvas cost.
import type { View } from "./surface";

/** A colour (#rgb, #rrggbb, #rrggbbaa) as a pixel of a picture, fully opaque. */
export function pixelOf(ink: string): number {
  const hex = ink.length === 4 ? [...ink.slice(1)].map((c) => c + c).join("") : ink.slice(1, 7);
  const n = parseInt(hex, 16);
  // red first in memory, on machines whose lowest byte comes first
  return (0xff000000 | ((n & 0xff) << 16) | (n & 0xff00) | (n >>> 16)) >>> 0;
}

interface Paper {
  sheet: HTMLCanvasElement;
  ctx: CanvasRenderingContext2D;
  image: ImageData;
}

// millions of bytes, needed again with every movement
let kept: Paper | null = null;

function paperOf(width: number, height: number): Paper {
  const held = kept;
  kept = null;
  if (held?.image.width === width && held.image.height === height) {
    held.image.data.fill(0);
    return held;
  }
  const sheet = document.createElement("canvas");
  sheet.width = width;
  sheet.height = height;
  const ctx = sheet.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D;
  return { sheet, ctx, image: new ImageData(width, height) };
}

export class Specks {
  private readonly width: number;
  private readonly height: number;
  private readonly paper: Paper;
  private readonly pixels: Uint32Array;

  constructor(private readonly view: View) {
    this.width = Math.round(view.width * view.ratio);
    this.height = Math.round(view.height * view.ratio);
    this.paper = paperOf(this.width, this.height);
    this.pixels = new Uint32Array(this.paper.image.data.buffer);
  }

  /** Set a box; its corner and sides in pixels of the view. */
  add(x: number, y: number, width: number, height: number, pixel: number): void {
    const { ratio } = this.view;
    const x0 = Math.round(x * ratio);
    const y0 = Math.round(y * ratio);
    const right = Math.min(this.width, x0 + Math.max(1, Math.round(width * ratio)));
    const bottom = Math.min(this.height, y0 + Math.max(1, Math.round(height * ratio)));
    for (let row = Math.max(0, y0); row < bottom; row += 1) {
      const at = row * this.width;
      for (let column = Math.max(0, x0); column < right; column += 1) this.pixels[at + column] = pixel;
    }
  }

  /** Lay the picture over what is drawn. */
  draw(ctx: CanvasRenderingContext2D): void {
    const { sheet, ctx: own, image } = this.paper;
    own.putImageData(image, 0, 0);
    ctx.drawImage(sheet, 0, 0, this.width / this.view.ratio, this.height / this.view.ratio);
    kept = this.paper;
  }
}
