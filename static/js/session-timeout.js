// Warns five minutes before the session ends and offers to prolong it with one request.
const dialog = document.getElementById("session-warning");
const WARNING_SECONDS = 300;
let timer;

function arm() {
  clearTimeout(timer);
  timer = setTimeout(() => dialog.showModal(), (Number(dialog.dataset.seconds) - WARNING_SECONDS) * 1000);
}

dialog.querySelector("[data-stay]").addEventListener("click", async (event) => {
  await fetch(event.currentTarget.dataset.stay, { method: "HEAD", credentials: "same-origin", redirect: "manual" });
  dialog.close();
  arm();
});
arm();
