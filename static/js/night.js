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
