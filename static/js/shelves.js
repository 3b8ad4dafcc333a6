// What shelves need beyond scrolling by finger, wheel and keyboard: arrow buttons, and staying where they are.

const calm = matchMedia("(prefers-reduced-motion: reduce)");
let places = new Map();

const shelves = () => document.querySelectorAll(".shelf-films");

function showArrows(films) {
  const [back, on] = films.closest(".shelf").querySelectorAll(".shelf-arrow");
  back.disabled = films.scrollLeft < 2;
  on.disabled = films.scrollLeft > films.scrollWidth - films.clientWidth - 2;
}

document.addEventListener("click", (event) => {
  const arrow = event.target.closest(".shelf-arrow");
  if (!arrow) return;
  const films = arrow.closest(".shelf").querySelector(".shelf-films");
  const step = 0.9 * films.clientWidth * (arrow.value === "back" ? -1 : 1);
  films.scrollBy({ left: step, behavior: calm.matches ? "instant" : "smooth" });
});

document.addEventListener("scroll", (event) => {
  if (event.target.matches?.(".shelf-films")) showArrows(event.target);
}, { capture: true, passive: true });

// A list that follows a rating comes anew: its shelves stay where they were.
document.addEventListener("htmx:beforeSwap", () => {
  places = new Map([...shelves()].map((films) => [films.id, films.scrollLeft]));
});

document.addEventListener("htmx:afterSettle", () => {
  for (const films of shelves()) {
    films.scrollTo({ left: places.get(films.id) ?? 0, behavior: "instant" });
    showArrows(films);
  }
});

addEventListener("resize", () => shelves().forEach(showArrows));
shelves().forEach(showArrows);
