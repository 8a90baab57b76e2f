// Looks every second whether the document is ready, and only then loads the page again: nobody loses her place.
const look = async () => {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (answer.ok && !(await answer.text()).includes("data-waiting")) location.reload();
  else setTimeout(look, 1000);
};
setTimeout(look, 700);
