// painting that takes longer than a frame is done in slices, all surfaces of all maps out of
// one budget a frame: what is left of the frame belongs to whoever moves the map.

/** Does a little; true when there is nothing left to do. */
export type Step = () => boolean;

/** Of the 17 ms that a frame of the screen lasts, while a map moves. */
const BUDGET_MS = 7;

/** While none moves nobody watches the frames: a longer slice is done sooner. */
const REST_MS = 24;
const STILL_MS = 150;

/** Where nothing was painted yet; a key or a press must still not wait long. */
const FIRST_MS = 42;

/** The first slice of a first picture: what else the page sets up would come between two. */
const BEGIN_MS = 90;

let moved = -STILL_MS;

/** A map moves: painting leaves it most of each frame from now on. */
export function moves(): void {
  moved = performance.now();
}

function budget(): number {
  if (performance.now() - moved < STILL_MS) return BUDGET_MS;
  return firsts.size ? FIRST_MS : REST_MS;
}

const PAUSE_MS = 3;

/** Tells work of many uneven parts when to pause: parts of it are counted by their time. */
export function pauses(): () => boolean {
  let since = performance.now();
  return () => {
    const now = performance.now();
    if (now - since < PAUSE_MS) return false;
    since = now;
    return true;
  };
}

const waiting: Step[] = [];
const firsts = new Set<Step>();
let frame = 0;

/** Take steps for as long as the budget lasts; true when all are done. */
export function spend(step: Step, first = false): boolean {
  const end = performance.now() + (first ? BEGIN_MS : budget());
  do {
    if (step()) return true;
  } while (performance.now() < end);
  return false;
}

function turn(): void {
  frame = 0;
  const end = performance.now() + budget();
  // in turns, so that the marks need not wait for all of the ground
  while (waiting.length && performance.now() < end) {
    const step = waiting.shift() as Step;
    if (step()) firsts.delete(step);
    else waiting.push(step);
  }
  if (waiting.length) frame = requestAnimationFrame(turn);
}

/** Go on with something from the next frame on; the first of its kind is waited for. */
export function goOn(step: Step, first = false): void {
  waiting.push(step);
  if (first) firsts.add(step);
  if (!frame) frame = requestAnimationFrame(turn);
}

export function leave(step: Step): void {
  firsts.delete(step);
  const at = waiting.indexOf(step);
  if (at >= 0) waiting.splice(at, 1);
}

/** How much is still to be painted, on all surfaces together. */
export function pending(): number {
  return waiting.length;
}
