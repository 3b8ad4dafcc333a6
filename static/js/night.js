// A movie night looks for news by itself. That it could not, for once, is not worth a word: it tries again.
for (const trouble of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(
    trouble,
    (event) => {
      if (event.target.id === "night-now") event.stopPropagation();
    },
    true,
  );
}

// The link can be copied by hand; where the browser can do it, there is a button.
const copy = document.getElementById("copy");
if (copy && navigator.clipboard) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById("link").value);
    copy.textContent = "Copied";
  });
}
