// brings the map into view after a row far below it was chosen
export default function scroll({ parentElement, data }) {
  const host = parentElement.host ?? parentElement;
  const seen = host.dataset.looks;
  host.dataset.looks = String(data.looks);
  if (seen === undefined || seen === host.dataset.looks) return;
  document.querySelector("[data-platforms-map]")?.scrollIntoView({ block: "center" });
}
