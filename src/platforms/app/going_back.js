// makes one step of the browser's way back of one act of the visitor, and tells the page of it
export default function goingBack({ parentElement, setStateValue }) {
  const host = parentElement.host ?? parentElement;
  const kept = (host.ipBack ??= { count: 0 });
  // called anew on each page
  kept.path = location.pathname;
  kept.tell = () => setStateValue("count", (kept.count += 1));
  return (kept.end ??= begin(host, kept));
}

function begin(host, kept) {
  const push = history.pushState;
  // whether the visitor did something that no step stands for yet
  let acted = true;
  const act = () => (acted = true);
  const went = (event) => {
    acted = false;
    // another page is Streamlit's own matter
    if (location.pathname !== kept.path) return;
    // one run, not two of which the first writes the old address anew
    event.stopImmediatePropagation();
    kept.tell();
  };
  // what a page adds to its address by itself is no step: nobody could go back past it
  history.pushState = function (state, title, url) {
    const path = url == null ? location.pathname : new URL(url, location.href).pathname;
    const own = path === location.pathname && !acted;
    acted = false;
    return (own ? history.replaceState : push).call(history, state, title, url);
  };
  addEventListener("popstate", went, true);
  for (const name of ["pointerdown", "keydown"]) addEventListener(name, act, true);
  return () => {
    history.pushState = push;
    removeEventListener("popstate", went, true);
    for (const name of ["pointerdown", "keydown"]) removeEventListener(name, act, true);
    delete host.ipBack;
  };
}
