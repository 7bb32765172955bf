// Attaches each module to the elements that ask for it. Every page works without any of this.

import { sayWhenOffline } from "./hold_offline.js";
import { keepDraft, forgetSent } from "./keep_draft.js";
import { forgetReceived, keepOnPhone } from "./keep_on_phone.js";
import { stepThroughChanges } from "./next_change.js";
import { offerReading } from "./read_aloud.js";
import { offerOriginal, offerPrompts } from "./suggest_form.js";

forgetSent();
document.querySelectorAll("form[data-draft-url]").forEach(keepDraft);
forgetReceived();
document.querySelectorAll("[data-prompts]").forEach(offerPrompts);
document.querySelectorAll("[data-original]").forEach(offerOriginal);
document.querySelectorAll("form[data-keep-on-phone]").forEach(keepOnPhone);
document.querySelectorAll("form[data-hold-offline]").forEach(sayWhenOffline);
stepThroughChanges(document);
document.querySelectorAll("[data-read-aloud]").forEach(offerReading);

// What is wrong with a form is read first.
document.querySelector("[data-focus]")?.focus();
