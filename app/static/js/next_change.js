// Steps through the changes of a comparison with the keys n and p. The links do it without keys.

function isWriting(element) {
  return element.closest("input, textarea, select, [contenteditable]") !== null;
}

// The change to go to: from the focused one, or from the first that is not above the window.
function neighbour(changes, step) {
  const focused = changes.findIndex((change) => change.contains(document.activeElement));
  if (focused >= 0) return changes[focused + step];
  const below = changes.findIndex((change) => change.getBoundingClientRect().top > -1);
  if (step > 0) return changes[below];
  return below < 0 ? changes.at(-1) : changes[below - 1];
}

function show(change) {
  if (!change) return;
  change.focus({ preventScroll: true });
  change.scrollIntoView({ block: "start" });
}

export function stepThroughChanges(page) {
  const changes = [...page.querySelectorAll("[data-change]")];
  if (changes.length < 2) return;
  page.querySelectorAll("[data-keys-hint]").forEach((hint) => { hint.hidden = false; });

  page.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return;
    const step = { n: 1, p: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(neighbour(changes, step));
  });
  page.addEventListener("click", (event) => {
    const link = event.target.closest("[data-step]");
    if (!link) return;
    event.preventDefault();
    show(document.querySelector(link.getAttribute("href")));
  });
}
