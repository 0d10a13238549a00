// What the keyboard does and how much of it is on. Every page works without this file.
(() => {
  "use strict";
  const on = () => document.documentElement.dataset.keys !== "off";
  const rows = () => [...document.querySelectorAll("[data-rows] tbody tr")];
  const typing = (at) => at.matches("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]");
  let going = 0;

  const move = (step) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains("at"));
    const next = Math.min(Math.max(at + step, 0), all.length - 1);
    all.forEach((row, place) => row.classList.toggle("at", place === next));
    const link = all[next].querySelector("a");
    if (link) link.focus({ preventScroll: true });
    all[next].scrollIntoView({ block: "nearest" });
  };
  const press = (key) => {
    const found = [...document.querySelectorAll("[data-key]")].find(
      (each) => each.dataset.key === key && !each.disabled && each.getClientRects().length
    );
    if (!found) return false;
    if (found.matches("input:not([type=checkbox],[type=radio]), textarea, select")) { found.focus(); if (found.select) found.select(); }
    else { found.focus(); found.click(); }
    return true;
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target;
    if (event.key === "Escape" && at instanceof HTMLElement && typing(at)) { at.blur(); return; }
    if (!on() || !(at instanceof HTMLElement) || typing(at) || document.querySelector("dialog[open]")) return;
    if (going && Date.now() - going < 1500) {
      going = 0;
      const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
      if (link) { event.preventDefault(); location.assign(link.href); }
      return;
    }
    if (event.key === "g") { going = Date.now(); return; }
    if (event.key === "?") { event.preventDefault(); document.getElementById("keys")?.showModal(); return; }
    if (event.key === "j" || event.key === "k") { event.preventDefault(); move(event.key === "j" ? 1 : -1); return; }
    if (event.key.length === 1 && press(event.key)) event.preventDefault();
  });
})();
