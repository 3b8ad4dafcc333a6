// A form without htmx is sent once, however often its button is pressed while the next page is on its way.
const AGAIN_AFTER = 4000;

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.closest("[hx-post]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, AGAIN_AFTER);
});
