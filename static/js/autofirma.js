// Asks every two seconds whether AutoFirma has brought the signature, says so, and then presses the button.
const form = document.getElementById("autofirma-check");
const status = document.getElementById("autofirma-status");
let said = "";
const look = async () => {
  let state = "";
  try {
    const answer = await fetch(form.dataset.stateUrl, { headers: { Accept: "application/json" } });
    if (answer.ok) ({ state } = await answer.json());
  } catch {
    // the network is away for a moment: ask again
  }
  if (state !== said && status.dataset[state]) status.textContent = status.dataset[state];
  said = state;
  if (state === "answered") form.requestSubmit();
  else if (state !== "over") setTimeout(look, 2000);
};
setTimeout(look, 2000);
