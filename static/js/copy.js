// Buttons with data-copy put that text on the clipboard and say so; they stay hidden where that can't be done.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const before = button.textContent;
      button.textContent = button.dataset.copied;
      setTimeout(() => (button.textContent = before), 3000);
    });
  }
}
