// The preview follows what is written. Without this the button “Preview” does it.
for (const form of document.querySelectorAll("form[data-live]")) {
  const aside = document.getElementById(form.dataset.live);
  let timer, running;
  const show = async () => {
    running?.abort();
    running = new AbortController();
    const data = new FormData(form);
    data.set("preview", "1");
    try {
      const answer = await fetch(location.href, { method: "POST", body: data, signal: running.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(aside.id);
      if (fresh) aside.replaceChildren(...fresh.childNodes);
    } catch {
      // the next letter tries again
    }
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, 500);
  });
}
