"use strict";
for (const filter of document.querySelectorAll(".filter")) {
  const table = document.getElementById(filter.dataset.for);
  const [word, status, output] = ["input", "select", "output"].map((tag) => filter.querySelector(tag));
  const apply = () => {
    const sought = word.value.trim().toLowerCase();
    let shown = 0;
    for (const body of table.tBodies) {
      let left = 0;
      for (const row of body.querySelectorAll("tr[data-status]")) {
        const fits = (!status.value || row.dataset.status === status.value) && row.textContent.toLowerCase().includes(sought);
        row.hidden = !fits;
        left += fits;
      }
      body.hidden = !left;
      shown += left;
    }
    output.textContent = shown;
  };
  filter.hidden = false;
  word.addEventListener("input", apply);
  status.addEventListener("change", apply);
  filter.addEventListener("clear", () => {
    word.value = status.value = "";
    apply();
  });
  apply();
}
for (const folds of document.querySelectorAll(".folds")) {
  folds.hidden = false;
  folds.addEventListener("click", ({target}) => {
    const heading = document.getElementById(target.dataset.within);
    if (!heading) return;
    for (const fold of heading.closest("section").querySelectorAll("details")) fold.open = !("shut" in target.dataset);
  });
}
const reveal = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  if (target.closest("[hidden]")) document.querySelectorAll(".filter").forEach((filter) => filter.dispatchEvent(new Event("clear")));
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
};
addEventListener("hashchange", reveal);
reveal();
let opened = [];
addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  for (const fold of opened) fold.open = true;
});
addEventListener("afterprint", () => {
  for (const fold of opened) fold.open = false;
});
