// Says how many taste groups are picked while they are being picked. Without scripts the form says it when it is sent.

const said = document.getElementById("picked");

document.addEventListener("change", () => {
  const picked = document.querySelectorAll(".taste-group :checked").length;
  const wanted = Number(said.dataset.wanted);
  said.textContent = picked > wanted ? `${picked} picked: ${wanted} say most` : `${picked} of ${wanted} picked`;
});
