// “All on this page” ticks every task, and how many are ticked is said as it changes. Without this the server reads the
// same box.
for (const form of document.querySelectorAll("[data-bulk]")) {
  const all = form.elements.all;
  const ticks = [...form.querySelectorAll("[name=task]")];
  const said = form.querySelector("[role=status]");

  const tell = () => {
    const count = ticks.filter((tick) => tick.checked).length;
    all.checked = count === ticks.length;
    all.indeterminate = count > 0 && !all.checked;
    said.hidden = count === 0;
    said.querySelector("b").textContent = count;
  };

  form.addEventListener("change", ({ target }) => {
    if (target === all) for (const tick of ticks) tick.checked = all.checked;
    tell();
  });
  addEventListener("pageshow", tell); // a browser that comes back ticks them again
}
