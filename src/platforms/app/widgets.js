// says in the catalogue's words what Streamlit's own parts say in English only
const TEXT = [
  "stSkipToContent",
  "stTooltipContent",
  "stFileUploaderDropzone",
  "stFileUploaderFile",
  "stFileUploaderFileErrorMessage",
  "InputInstructions",
  "stSelectboxVirtualDropdown",
  "stMultiSelectDropdown",
  "stDataFrameColumnMenu",
  "stDataFrameColumnFormattingMenu",
  "stDataFrameColumnVisibilityMenu",
  "stDataFrameStatisticsMenu",
  "stDialog",
]
  .map((id) => `[data-testid="${id}"]`)
  .concat(".gdg-search-status")
  .join(",");
const SHOWN = ["aria-label", "placeholder", "title", "alt"];
const MARKED = SHOWN.map((name) => `[${name}]`).join(",");
// what a visitor or a document says is nobody's to change
const OTHERS = '[data-platforms-map],[class^="ip-"],[data-testid="stDataFrameResizable"] canvas';

export default function widgets({ parentElement, data }) {
  const host = parentElement.host ?? parentElement;
  const kept = (host.ipWidgets ??= begin(host));
  const said = JSON.stringify(data);
  if (kept.said !== said) {
    kept.said = said;
    kept.words = new Map(Object.entries(data.words));
    kept.patterns = data.patterns.map(([told, words]) => [new RegExp(`^${told}$`), words]);
    kept.sweep(document.documentElement);
  }
  return kept.end;
}

function begin(host) {
  const kept = { words: new Map(), patterns: [] };
  // what stood there before, so that another language begins with it again
  const before = new WeakMap();

  function told(text) {
    const found = kept.words.get(text.trim());
    if (found !== undefined) return found;
    // a tool of a table says after a colon whose tool it is
    const [tool] = text.split(": ", 1);
    if (kept.words.has(tool)) return kept.words.get(tool) + text.slice(tool.length);
    for (const [pattern, words] of kept.patterns) {
      if (pattern.test(text)) return text.replace(pattern, words);
    }
    return text;
  }

  function change(node, name, now, write) {
    const held = before.get(node) ?? {};
    const own = held[name]?.shown === now ? held[name].own : now;
    const shown = told(own);
    if (shown === own && now === own) return;
    held[name] = { own, shown };
    before.set(node, held);
    if (shown !== now) write(shown);
  }

  function mark(element) {
    if (element.closest(OTHERS)) return;
    for (const name of SHOWN) {
      const now = element.getAttribute(name);
      if (now) change(element, name, now, (word) => element.setAttribute(name, word));
    }
  }

  function read(node) {
    const now = node.nodeValue;
    if (!now.trim() || !node.parentElement?.closest(TEXT)) return;
    if (node.parentElement.closest(OTHERS)) return;
    change(node, "text", now, (word) => (node.nodeValue = word));
  }

  kept.sweep = (root) => {
    if (root.nodeType === Node.TEXT_NODE) return read(root);
    if (root.nodeType !== Node.ELEMENT_NODE || root.closest(OTHERS)) return;
    if (root.matches(MARKED)) mark(root);
    root.querySelectorAll(MARKED).forEach(mark);
    const parts = root.closest(TEXT) ? [root] : root.querySelectorAll(TEXT);
    for (const part of parts) {
      const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) read(texts.currentNode);
    }
  };

  const watch = new MutationObserver((changes) => {
    for (const one of changes) {
      if (one.type === "attributes") mark(one.target);
      else if (one.type === "characterData") read(one.target);
      else one.addedNodes.forEach(kept.sweep);
    }
  });
  watch.observe(document.documentElement, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
    attributeFilter: SHOWN,
  });
  kept.end = () => {
    watch.disconnect();
    delete host.ipWidgets;
  };
  return kept;
}
