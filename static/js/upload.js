// A file field that sends itself, shows how far it is and takes dropped files. Without this the form's own button does it.
for (const drop of document.querySelectorAll(".drop[data-upload]")) {
  const input = drop.querySelector("input[type=file]");
  const form = input.form;
  const limit = Number(drop.dataset.maxBytes) || Infinity;

  const send = () => {
    if ([...input.files].some((file) => file.size > limit)) return; // the server says it in words
    const bar = document.createElement("progress");
    bar.max = 1;
    bar.setAttribute("aria-label", drop.dataset.upload);
    drop.append(bar);
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", (event) => (bar.value = event.loaded / event.total));
    request.addEventListener("load", () => location.assign(request.responseURL || location.href));
    request.addEventListener("error", () => bar.remove());
    request.open("POST", form.action);
    const data = new FormData(form);
    data.set(drop.dataset.button, "1");
    request.send(data);
  };

  input.addEventListener("change", send);
  drop.addEventListener("dragover", (event) => {
    event.preventDefault();
    drop.classList.add("is-over");
  });
  drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    input.files = event.dataTransfer.files;
    send();
  });
}
