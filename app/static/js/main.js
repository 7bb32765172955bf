// Attaches each module to the elements that ask for it. Every page works without any of this.

import { keepDraft, forgetSent } from "./keep_draft.js";
import { stepThroughChanges } from "./next_change.js";
import { offerReading } from "./read_aloud.js";

forgetSent();
document.querySelectorAll("form[data-draft-url]").forEach(keepDraft);
stepThroughChanges(document);
document.querySelectorAll("[data-read-aloud]").forEach(offerReading);

// What is wrong with a form is read first.
document.querySelector("[data-focus]")?.focus();
