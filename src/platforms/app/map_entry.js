// mounts the map runtime (its text is put before this one as RUNTIME). the runtime reports
// all that happens in it; here only what the server does not know yet starts a run, so that
// nothing runs behind a visitor who has clicked on to another page.
const address = URL.createObjectURL(new Blob([RUNTIME], { type: "text/javascript" }));
const { default: mount } = await import(address);

const NOTHING = { layer: "", id: "" };

export default function map(component) {
  const { data } = component;
  return mount({
    parentElement: component.parentElement,
    data,
    setStateValue(name, value) {
      // the server remembers what it sent; it has to hear when that was lost on the way
      if (name === "have" && value !== data.id) component.setTriggerValue("lost", data.id);
    },
    setTriggerValue(name, value) {
      const told = data.select ?? NOTHING;
      const pick = value ?? NOTHING;
      if (pick.layer !== told.layer || pick.id !== told.id) component.setTriggerValue(name, pick);
    },
  });
}
