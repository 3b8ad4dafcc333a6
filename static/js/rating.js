// What rating needs beyond HTML and htmx. Without scripts the control is a form with a button.

// A click on a star saves at once. Arrow keys choose while they walk over the stars: there Enter saves, or leaving.
let arrowDown = false;
let chosenByArrow = null;
const chosenMeanwhile = new Map();

document.addEventListener("keydown", (event) => {
  arrowDown = event.key.startsWith("Arrow");
});

document.addEventListener("keyup", () => {
  arrowDown = false;
});

document.addEventListener("change", (event) => {
  if (!event.target.matches(".stars input")) return;
  if (arrowDown) chosenByArrow = event.target.form;
  else save(event.target.form);
});

document.addEventListener("focusout", (event) => {
  if (chosenByArrow && !chosenByArrow.contains(event.relatedTarget)) save(chosenByArrow);
});

document.addEventListener("submit", () => {
  chosenByArrow = null;
});

function save(form) {
  chosenByArrow = null;
  if (!form.isConnected) return;
  if (form.matches(".htmx-request")) chosenMeanwhile.set(form.id, new FormData(form).get("stars"));
  else form.dispatchEvent(new Event("rated"));
}

// The answer brings the control anew: stars that were chosen while it was on its way are chosen again in the new one.
document.addEventListener("htmx:load", (event) => {
  const form = event.target;
  const star = form.querySelector(`.stars [value="${chosenMeanwhile.get(form.id)}"]`);
  chosenMeanwhile.delete(form.id);
  if (!star || star.checked) return;
  star.checked = true;
  save(form);
});

// A card's button asks for its film's control: the sheet opens with it, beside the button where the browser can.
const sheet = document.getElementById("sheet");

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target !== sheet) return;
  sheet.hidePopover();
  sheet.showPopover({ source: event.detail.requestConfig.elt });
  (sheet.querySelector(".stars :checked") ?? sheet.querySelector(".stars input")).focus();
});

// It has done its work once something in it has been saved.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && sheet.contains(event.target)) sheet.hidePopover();
});

// The film in focus may have left the list: whoever came by keyboard goes on at the list, not at the top of the page.
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement === document.body) document.getElementById("list")?.focus({ preventScroll: true });
});

for (const trouble of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(trouble, () => {
    document.getElementById("toast").replaceChildren(document.getElementById("trouble").content.cloneNode(true));
  });
}
