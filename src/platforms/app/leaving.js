// asks before the page is left or loaded anew while something in it is saved nowhere
export default function leaving({ parentElement, data }) {
  const host = parentElement.host ?? parentElement;
  const kept = (host.ipLeaving ??= begin(host));
  kept.data = data;
  return kept.end;
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
  addEventListener("beforeunload", ask);
  document.addEventListener("click", note, true);
  kept.end = () => {
    removeEventListener("beforeunload", ask);
    document.removeEventListener("click", note, true);
    delete host.ipLeaving;
  };
  return kept;
}
