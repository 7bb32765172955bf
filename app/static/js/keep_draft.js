// Keeps what a person is writing: on the server every few seconds, on this device until then.
//
// <form data-draft-url="…"> posts its own fields there; draft_status.html holds the words said.
// A copy stays on the device while the server has not taken the words, and after Send until the
// next page has come, so that a lost connection loses nothing.

const EVERY_MS = 5000;
const SENT = "gongyi:sent";

const keyOf = (url) => `gongyi:draft:${url}`;
const clock = (moment) =>
  new Date(moment).toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });

// A browser may refuse storage (private windows, full disk); writing must go on all the same.
const device = {
  put(store, key, value) {
    try { store.setItem(key, value); } catch { /* the server's copy is then the only one */ }
  },
  get(store, key) {
    try { return store.getItem(key); } catch { return null; }
  },
  drop(store, key) {
    try { store.removeItem(key); } catch { /* nothing was kept */ }
  },
};

// The fields a person writes in, and the hidden one that says how their words are to be read;
// other hidden ones (tokens, base) belong to the page.
function writtenFields(form) {
  return [...form.elements].filter(
    (field) => field.name && (field.matches("textarea, select, [data-goes-with-words]") || /^(text|search|url|email|tel)$/.test(field.type)),
  );
}

function wordsOf(form) {
  return Object.fromEntries(writtenFields(form).map((field) => [field.name, field.value]));
}

// After a page has come that is not the same form again, the words sent have arrived.
export function forgetSent() {
  const sent = device.get(sessionStorage, SENT);
  if (!sent) return;
  device.drop(sessionStorage, SENT);
  const formAgain = [...document.querySelectorAll("form[data-draft-url]")].some(
    (form) => form.dataset.draftUrl === sent,
  );
  if (!formAgain) device.drop(localStorage, keyOf(sent));
}

function offerOlder(form, key, say) {
  const choices = form.querySelector("[data-draft-choices]");
  const kept = JSON.parse(device.get(localStorage, key) ?? "null");
  if (!choices || !kept) return;
  const current = wordsOf(form);
  const isSame = Object.keys(kept.words).every((name) => kept.words[name] === current[name]);
  // The server answered with these very words in their other form.
  if (isSame || "draftArrived" in form.dataset) {
    device.drop(localStorage, key);
    return;
  }
  say("older", kept.at);
  choices.hidden = false;
  choices.querySelector("[data-draft-restore]").addEventListener("click", () => {
    writtenFields(form).forEach((field) => {
      if (field.name in kept.words) field.value = kept.words[field.name];
    });
    choices.hidden = true;
    writtenFields(form)[0]?.focus();
  });
  choices.querySelector("[data-draft-forget]").addEventListener("click", () => {
    device.drop(localStorage, key);
    choices.hidden = true;
    say(null);
    writtenFields(form)[0]?.focus();
  });
}

export function keepDraft(form) {
  const url = form.dataset.draftUrl;
  const key = keyOf(url);
  const said = form.querySelector("[data-draft-said]");
  const say = (what, moment = Date.now()) => {
    if (said) said.textContent = what ? said.dataset[what].replace("{time}", clock(moment)) : "";
  };

  let last = JSON.stringify(wordsOf(form));
  let busy = false;
  let sending = false;
  offerOlder(form, key, say);

  async function keep() {
    const now = JSON.stringify(wordsOf(form));
    if (busy || sending || now === last) return;
    busy = true;
    device.put(localStorage, key, JSON.stringify({ at: Date.now(), words: JSON.parse(now) }));
    try {
      const answer = await fetch(url, {
        method: "POST",
        body: new FormData(form),
        headers: { "X-Requested-With": "fetch" },
      });
      // A redirect leads to the sign-in page: the session is over and nothing was kept.
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      last = now;
      if (!sending) device.drop(localStorage, key);
      say("kept");
    } catch {
      say("here");
    } finally {
      busy = false;
    }
  }

  setInterval(keep, EVERY_MS);
  document.addEventListener("visibilitychange", keep);
  addEventListener("pageshow", () => { sending = false; });
  form.addEventListener("submit", () => {
    sending = true;
    device.put(localStorage, key, JSON.stringify({ at: Date.now(), words: wordsOf(form) }));
    device.put(sessionStorage, SENT, url);
  });
}
