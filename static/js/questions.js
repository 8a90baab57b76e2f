// Questions that hang on another answer of the page come and go as it changes. Without this the server asks them once
// the page is sent; it decides in any case.
for (const said of document.querySelectorAll("[data-appeared]")) {
  const form = said.closest("form");
  const questions = [...form.querySelectorAll("[data-when]")].map((mark) => {
    const waits = mark instanceof HTMLTemplateElement;
    const place = waits ? mark : document.createComment("");
    if (!waits) mark.before(place);
    const block = waits ? mark.content.firstElementChild : mark;
    return { place, block, when: mark.dataset.when, equals: JSON.parse(mark.dataset.equals) };
  });

  // in the order of the page: what hangs on a question that has just gone goes with it
  const update = () => {
    for (const { place, block, when, equals } of questions) {
      const asked = new FormData(form).getAll(when).some((value) => equals.includes(value));
      if (asked === block.isConnected) continue;
      if (asked) place.after(block);
      else block.remove();
      said.textContent = asked ? `${said.dataset.appeared} ${block.querySelector("legend, label").textContent}` : "";
    }
  };

  form.addEventListener("change", update);
  addEventListener("pageshow", update); // a browser that comes back fills the answers in again
}
