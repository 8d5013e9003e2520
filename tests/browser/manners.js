/* What a page owes to everybody who reads it: contrast, names of controls, reach of the keyboard.
   Evaluates to the faults, one line of text each, and to all texts that can be read. */
() => {
  const faults = new Set();
  const read = [];
  const seen = (node) => node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const rgba = (text) => {
    const parts = text.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    const scale = text.startsWith("color(") ? 255 : 1;
    return [parts[0] * scale, parts[1] * scale, parts[2] * scale, parts[3] ?? 1];
  };
  const over = (top, under) =>
    [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = (colour) => {
    const [r, g, b] = colour.slice(0, 3).map((v) => {
      const s = v / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, two) => {
    const [high, low] = [light(one), light(two)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const chain = (node) => {
    const found = [];
    for (let at = node; at; at = at.parentElement) found.push(at);
    return found;
  };
  /* the ground under a text, and how much the elements around it let it through; no ground if
     a picture lies there */
  const ground = (node) => {
    let under = [255, 255, 255, 1];
    for (const at of chain(node).reverse()) {
      const style = getComputedStyle(at);
      if (style.backgroundImage !== "none") return null;
      under = over(rgba(style.backgroundColor), under);
    }
    return under;
  };
  const opacity = (node) =>
    chain(node).reduce((all, at) => all * Number(getComputedStyle(at).opacity), 1);
  const short = (text) => text.trim().replace(/\s+/g, " ").slice(0, 40);
  const where = (node) =>
    chain(node).slice(0, 4).map((at) => at.className?.split?.(" ").filter((c) => !c.includes("e1"))
      .slice(0, 2).join(".") || at.dataset?.testid || at.tagName.toLowerCase()).join(" < ");
  const resting = (node) => node.closest("[disabled], [aria-disabled=true], :disabled");
  const contrast = (node, text, style) => {
    const under = ground(node);
    if (!under || resting(node)) return;
    const ink = rgba(style.color);
    ink[3] *= opacity(node);
    const size = parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const has = ratio(over(ink, under), under);
    if (has < least) faults.add(`contrast ${has.toFixed(2)}: ${short(text)} (${where(node)})`);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    const text = texts.currentNode.data;
    if (!text.trim() || !seen(node) || node.closest("canvas, svg, script, style, [aria-hidden=true]")) continue;
    const style = getComputedStyle(node);
    if (parseFloat(style.fontSize) === 0 || node.getClientRects().length === 0) continue;
    // a ligature that is drawn as a picture
    if (!node.closest("[data-testid=stIconMaterial]")) read.push(text.trim());
    contrast(node, text, style);
  }
  for (const node of document.querySelectorAll("[placeholder]")) {
    if (node.placeholder && !node.value && seen(node))
      contrast(node, node.placeholder, getComputedStyle(node, "::placeholder"));
  }
  const named = (node) => {
    const by = (node.getAttribute("aria-labelledby") ?? "").split(" ")
      .map((id) => document.getElementById(id)?.textContent ?? "").join("");
    const labels = [...(node.labels ?? [])].map((label) => label.textContent).join("");
    return [node.getAttribute("aria-label"), by, labels, node.title, node.alt,
      node.matches("input, select, textarea") ? "" : node.innerText].some((text) => text?.trim());
  };
  const controls = "button, a[href], input, select, textarea, summary, [role=button], "
    + "[role=checkbox], [role=combobox], [role=tab], [role=switch], [role=radio], [role=slider]";
  for (const node of document.querySelectorAll(controls)) {
    const shown = node.matches("input[type=checkbox], input[type=radio]")
      ? node.closest("label") ?? node : node;
    if (!seen(shown) || node.closest("[aria-hidden=true], canvas")) continue;
    if (node.type === "file" || node.type === "hidden") continue;
    if (!named(node)) faults.add(`no name: ${node.outerHTML.slice(0, 90)} (${where(node)})`);
    // inside these the arrow keys go on; plus and minus of a number are its arrow keys
    const roving = node.closest("[role=radiogroup], [role=tablist], [role=group], [role=toolbar]")
      || node.matches("[data-testid^=stNumberInputStep]");
    if (node.tabIndex < 0 && !resting(node) && !roving && !node.closest("[data-baseweb]"))
      faults.add(`no key reaches: ${node.outerHTML.slice(0, 90)} (${where(node)})`);
  }
  for (const node of document.querySelectorAll("[tabindex]")) {
    if (node.tabIndex > 0) faults.add(`jumps the queue: ${where(node)}`);
  }
  for (const node of document.querySelectorAll(".stApp img, .stApp iframe")) {
    if (seen(node) && !node.alt && !node.title && node.getAttribute("role") !== "presentation")
      faults.add(`a picture without words: ${where(node)}`);
  }
  return { faults: [...faults], texts: read };
}
