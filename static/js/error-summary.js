// Moves the focus to the error summary when a page comes back with errors; its links focus the input they name.
const summary = document.getElementById("error-summary");
summary?.focus();
summary?.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const input = link && document.getElementById(link.hash.slice(1));
  if (!input) return;
  event.preventDefault();
  (input.closest(".field") ?? input).scrollIntoView();
  input.focus({ preventScroll: true });
});
