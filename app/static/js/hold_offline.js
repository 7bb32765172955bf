// Holds a sending back while there is no connection: the browser's own error page would take the
// form away, and with it what was typed last.
//
// <form data-hold-offline="small file of this site"> … <p data-offline="sentence" aria-live="polite">

const ANSWER_MS = 8000;

async function isConnected(address) {
  if (!navigator.onLine) return false;
  try {
    await fetch(address, {
      method: "HEAD",
      cache: "no-store",
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return true;
  } catch {
    return false;
  }
}

// before: when the button is pressed; held: no connection; sent: the form goes out.
export function holdOffline(form, address, { before, held, sent }) {
  let isChecked = false;
  let isAsking = false;
  form.addEventListener("submit", async (event) => {
    if (isChecked) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    before();
    const connected = await isConnected(address);
    isAsking = false;
    if (!connected) {
      held();
      return;
    }
    sent();
    isChecked = true;
    form.requestSubmit(event.submitter);
    isChecked = false;
  });
}

export function sayWhenOffline(form) {
  const said = form.querySelector("[data-offline]");
  const say = (words, isHeld) => {
    said.textContent = words;
    said.classList.toggle("is-held", isHeld);
  };
  holdOffline(form, form.dataset.holdOffline, {
    before: () => say("", false),
    held: () => say(said.dataset.offline, true),
    sent: () => {},
  });
}
