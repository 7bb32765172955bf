// Keeps what is written in the form on this phone, and holds a sending back while there is no
// connection. Nothing here leaves the phone.
//
// <form data-keep-on-phone="address" data-kept-at="ms of the server's copy" data-alive="small file">
// The copy holds the hidden fields too: with the same token a second sending is no second
// contribution, with the same base nobody is told that they wrote on a text they never saw.
// data-arrived: the server has just answered with these words, so the page is the newest.

import { holdOffline } from "./hold_offline.js";

const EVERY_MS = 5000;
const SENT = "gongyi:suggested";
const KEPT_DAYS = 30;

const keyOf = (address) => `gongyi:words:${address}`;

// A browser may refuse storage (private windows, full disk); writing must go on all the same.
const device = {
  put(store, key, value) {
    try { store.setItem(key, value); return true; } catch { return false; }
  },
  get(store, key) {
    try { return store.getItem(key); } catch { return null; }
  },
  drop(store, key) {
    try { store.removeItem(key); } catch { /* nothing was kept */ }
  },
};

function keptAt(key) {
  try {
    const copy = JSON.parse(device.get(localStorage, key) ?? "null");
    return copy && Date.now() - copy.at < KEPT_DAYS * 86400000 ? copy : null;
  } catch {
    return null;
  }
}

const clock = (moment) =>
  new Date(moment).toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });

function wordsOf(form) {
  const words = {};
  for (const [name, value] of new FormData(form)) {
    if (name !== "csrf_token" && typeof value === "string") (words[name] ??= []).push(value);
  }
  return words;
}

function putBack(form, words) {
  // The server's page knows better how often the very same words were kept there.
  const isSame = words.edit_token?.[0] === form.elements.edit_token.value;
  const stay = new Set(isSame ? ["csrf_token", "revised"] : ["csrf_token"]);
  for (const field of form.elements) {
    if (!field.name || stay.has(field.name) || field.type === "submit") continue;
    const values = words[field.name];
    if (field.type === "checkbox") field.checked = Boolean(values?.includes(field.value));
    else if (values) field.value = values[0];
  }
}

// On the receipt, and nowhere earlier, the copy is let go: until then the words may still be needed.
export function forgetReceived() {
  const key = device.get(sessionStorage, SENT);
  if (!key || !/\/suggestions\/\d+$/.test(location.pathname)) return;
  device.drop(localStorage, key);
  device.drop(sessionStorage, SENT);
}

export function keepOnPhone(form) {
  const key = keyOf(form.dataset.keepOnPhone);
  const said = form.querySelector("[data-phone-said]");
  const choices = form.querySelector("[data-phone-choices]");
  const say = (what, moment) => {
    const words = said.dataset[what].replace("{time}", clock(moment ?? Date.now()));
    if (said.textContent !== words) said.textContent = words; // else it is read out every 5 s
    said.classList.toggle("is-held", what === "offline");
  };

  const copy = keptAt(key);
  const isNewer = copy && copy.at > Number(form.dataset.keptAt ?? 0);
  if (isNewer && !("arrived" in form.dataset)) {
    putBack(form, copy.words);
    say("kept", copy.at);
    choices.hidden = false;
  }

  let last = JSON.stringify(wordsOf(form));
  function keep() {
    const words = wordsOf(form);
    const now = JSON.stringify(words);
    if (now === last) return;
    last = now;
    const at = Date.now();
    if (!device.put(localStorage, key, JSON.stringify({ at, words }))) return;
    say("kept", at);
    choices.hidden = false;
  }
  if ("arrived" in form.dataset) last = "";
  keep();

  setInterval(keep, EVERY_MS);
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", keep);
  choices.querySelector("[data-phone-forget]").addEventListener("click", () => {
    device.drop(localStorage, key);
    last = JSON.stringify(wordsOf(form));
    choices.hidden = true;
    say("gone");
  });

  holdOffline(form, form.dataset.alive, {
    before: keep,
    held: () => say("offline"),
    sent: () => device.put(sessionStorage, SENT, key),
  });
}
