// The report can be read without this: it filters, opens what a link leads to,
// and copies commands.
"use strict";
(() => {
  const opened = () => {
    let id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const to = id && document.getElementById(id);
    if (!to) return;
    for (let e = to; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    if (to.hidden) to.hidden = false;
    to.scrollIntoView();
  };
  addEventListener("hashchange", opened);
  opened();

  for (const form of document.querySelectorAll("form.filter")) {
    const rows = [...document.querySelectorAll("#" + form.dataset.for + " tbody tr")];
    const words = rows.map((row) => row.textContent.toLowerCase());
    const [select, input, output] = ["select", "input", "output"].map((n) => form.querySelector(n));
    const filter = () => {
      const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, i) => {
        const fits = (!select.value || row.dataset.verdict === select.value) && wanted.every((w) => words[i].includes(w));
        row.hidden = !fits;
        if (fits) shown++;
      });
      output.textContent = shown === rows.length ? "" : shown + " of " + rows.length;
    };
    form.addEventListener("input", filter);
    form.addEventListener("submit", (e) => e.preventDefault());
    form.hidden = false;
  }

  if (navigator.clipboard) {
    for (const box of document.querySelectorAll(".sh")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = "Copy";
      button.addEventListener("click", async () => {
        try {
          await navigator.clipboard.writeText(box.querySelector("pre").textContent);
          button.textContent = "Copied";
        } catch {
          button.textContent = "Not copied";
        }
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      });
      box.append(button);
    }
  }
})();
