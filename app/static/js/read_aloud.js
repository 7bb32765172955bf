// Reads a text aloud with the browser's own voice: no sound file, nothing sent anywhere.

// Some engines fall silent after about fifteen seconds of one utterance, so speech goes sentence
// by sentence.
const SENTENCE = /[^。！？；.!?;]+[。！？；.!?;]*/gu;

function voiceFor(lang) {
  const wanted = lang.toLowerCase().split("-")[0];
  return speechSynthesis.getVoices().find((voice) => voice.lang.toLowerCase().startsWith(wanted));
}

function wordsOf(target) {
  const parts = target.querySelectorAll(".clause-words");
  return [...(parts.length ? parts : [target])].map((part) => part.innerText);
}

function read(button, voice, finished) {
  const target = document.querySelector(button.dataset.readAloud);
  const sentences = wordsOf(target).flatMap((words) => words.match(SENTENCE) ?? []);
  sentences.forEach((sentence, place) => {
    const utterance = new SpeechSynthesisUtterance(sentence);
    utterance.voice = voice;
    utterance.lang = button.dataset.lang;
    if (place === sentences.length - 1) utterance.onend = finished;
    speechSynthesis.speak(utterance);
  });
}

export function offerReading(button) {
  if (!("speechSynthesis" in window)) return;
  const start = button.textContent;
  let speaking = false;

  const stop = () => {
    speaking = false;
    speechSynthesis.cancel();
    button.textContent = start;
  };
  const look = () => {
    button.hidden = !voiceFor(button.dataset.lang);
  };

  button.addEventListener("click", () => {
    if (speaking) return stop();
    speechSynthesis.cancel();
    speaking = true;
    button.textContent = button.dataset.stop;
    return read(button, voiceFor(button.dataset.lang), stop);
  });
  // Browsers load their voices late.
  speechSynthesis.addEventListener?.("voiceschanged", look);
  addEventListener("pagehide", () => speechSynthesis.cancel());
  look();
}
