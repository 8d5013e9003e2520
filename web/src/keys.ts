// keys that are meant for the map although they are pressed somewhere on the page.

const TYPED = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable='true']";

/** Whether Escape closes what is open on the map: not where it belongs to a list, a field or a box beside it. */
export function closes(event: KeyboardEvent, root: Element | null): boolean {
  if (event.key !== "Escape" || event.defaultPrevented) return false;
  const target = event.composedPath()[0];
  // nothing has the focus: the map is all there is to close
  if (!(target instanceof Element) || target === document.body || target === document.documentElement) return true;
  return !target.closest(TYPED) && (root?.contains(target) ?? false);
}
