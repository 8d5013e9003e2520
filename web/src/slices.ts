// painting that takes longer than a frame is done in slices, all surfaces of all maps out of
// one budget a frame: what is left of the frame belongs to whoever moves the map.

/** Does a little; true when there is nothing left to do. */
export type Step = () => boolean;

/** Of the 17 ms that a frame of the screen lasts. */
const BUDGET_MS = 7;

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
let frame = 0;

/** Take steps for as long as the budget lasts; true when all are done. */
export function spend(step: Step): boolean {
  const start = performance.now();
  do {
    if (step()) return true;
  } while (performance.now() - start < BUDGET_MS);
  return false;
}

function turn(): void {
  frame = 0;
  const start = performance.now();
  // in turns, so that the marks need not wait for all of the ground
  while (waiting.length && performance.now() - start < BUDGET_MS) {
    const step = waiting.shift() as Step;
    if (!step()) waiting.push(step);
  }
  if (waiting.length) frame = requestAnimationFrame(turn);
}

/** Go on with something from the next frame on. */
export function goOn(step: Step): void {
  waiting.push(step);
  if (!frame) frame = requestAnimationFrame(turn);
}

export function leave(step: Step): void {
  const at = waiting.indexOf(step);
  if (at >= 0) waiting.splice(at, 1);
}
