// Two comforts of the form for other words: the original back at once, and a beginning to write on.
//
// <button data-original="…"> puts its words into the field; without JavaScript it asks the server.
// <ul data-prompts="id"> becomes buttons that put their words into the field with that id.

function told(field) {
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export function offerOriginal(button) {
  const field = button.form.elements.text;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    field.value = button.dataset.original;
    told(field);
    field.focus();
  });
}

export function offerPrompts(list) {
  const field = document.getElementById(list.dataset.prompts);
  if (!field) return;
  list.querySelectorAll("li").forEach((item) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = item.textContent;
    button.addEventListener("click", () => {
      // The beginning stands on a line of its own, the writer goes on behind it.
      const begun = field.value.trimEnd();
      field.value = (begun ? `${begun}\n` : "") + item.dataset.words;
      told(field);
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
    });
    item.dataset.words = item.textContent.replace(/[\s.…]+$/u, "");
    item.replaceChildren(button);
  });
}
