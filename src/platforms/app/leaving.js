// asks before the page is left or loaded anew while something in it is saved nowhere, and keeps
// what was typed in this tab, for a server that began anew or a page that was loaded anew; after signing in it opens the link
// that was asked for
const PLACE = "platforms-unsaved";
// what was asked for before signing in: the provider sends everybody to the first page
const LINK = "platforms-link";

export default function leaving({ parentElement, data, setTriggerValue }) {
  const host = parentElement.host ?? parentElement;
  const kept = (host.ipLeaving ??= begin(host));
  kept.data = data;
  kept.back = () => setTriggerValue("back", true);
  if (data.tab) keep(kept, data.tab, (value) => setTriggerValue("kept", value));
  return kept.end;
}

function keep(kept, tab, hand) {
  if (tab.out) {
    write(null, PLACE);
    return write(location.pathname + location.search, LINK);
  }
  const link = read(LINK);
  write(null, LINK);
  // our own address only
  if (/^\/(?![/\\])/.test(link ?? "") && link !== location.pathname + location.search) {
    return location.replace(link);
  }
  const before = read(PLACE);
  const other = before && before.visit !== tab.visit;
  const whole = other && (before.kept.name || before.kept.drafts.length);
  if (whole && before.whose === tab.whose && !tab.asked) {
    // once a visit; not written over before it was taken
    if (kept.handed !== tab.visit) {
      kept.handed = tab.visit;
      hand(before.kept);
    }
    return undefined;
  }
  return write({ visit: tab.visit, whose: tab.whose, kept: tab.kept }, PLACE);
}

function read(place) {
  try {
    return JSON.parse(sessionStorage.getItem(place));
  } catch {
    return null;
  }
}

function write(value, place) {
  try {
    if (value === null) sessionStorage.removeItem(place);
    else sessionStorage.setItem(place, JSON.stringify(value));
  } catch {
    // a browser that keeps nothing, or is full: the visit itself still holds it
  }
}

// a box that is shut while one types in it never hears that one has left it, and would keep its
// text to itself
function settle(app) {
  for (const box of app.querySelectorAll(
    "[data-testid=stTextArea] textarea, [data-testid=stTextInput] input"
  )) {
    if (box.disabled) continue;
    box.focus({ preventScroll: true });
    box.blur();
  }
}

function begin(host) {
  // corrections that were downloaded are the visitor's own
  const kept = { data: {}, saved: null };
  const ask = (event) => {
    const { corrected, drafts } = kept.data;
    if (!drafts && (!corrected || corrected === kept.saved)) return;
    event.preventDefault();
    event.returnValue = "";
  };
  const note = (event) => {
    if (event.target.closest?.(".st-key-corrected-save button")) kept.saved = kept.data.corrected;
  };
  // Streamlit draws nothing anew when it finds its server again: what is seen would be dead
  const app = document.querySelector("[data-testid=stApp]");
  let there = true;
  const watch = new MutationObserver(() => {
    const now = app.getAttribute("data-test-connection-state") === "CONNECTED";
    if (now && !there) setTimeout(() => (settle(app), kept.back?.()), 0);
    there = now;
  });
  if (app) watch.observe(app, { attributeFilter: ["data-test-connection-state"] });
  addEventListener("beforeunload", ask);
  document.addEventListener("click", note, true);
  kept.end = () => {
    watch.disconnect();
    removeEventListener("beforeunload", ask);
    document.removeEventListener("click", note, true);
    delete host.ipLeaving;
  };
  return kept;
}
