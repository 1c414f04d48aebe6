// The children's view: reads aloud, and goes back to the pictures when nobody is there any more.
const IDLE_SECONDS = 120;

function lines(ids) {
  return ids.split(" ").map((id) => document.getElementById(id)?.innerText.trim()).filter(Boolean);
}

// Long texts are cut off by some browsers: one sentence at a time.
function sentences(text) {
  return text.match(/[^。！？.!?\n]+[。！？.!?]?/g) ?? [text];
}

function wireReading(button) {
  const speech = window.speechSynthesis;
  if (!speech) return;
  const words = button.querySelector("[data-aloud-words]");
  const start = words.textContent;
  const language = document.documentElement.lang;
  let left = 0;
  const stop = () => {
    left = 0;
    speech.cancel();
    words.textContent = start;
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    if (left) return stop();
    const parts = lines(button.dataset.readAloud).flatMap(sentences);
    if (!speech.getVoices().length) {
      document.querySelector("[data-aloud-none]").hidden = false;
      return;
    }
    left = parts.length;
    words.textContent = button.dataset.stop;
    for (const part of parts) {
      const said = new SpeechSynthesisUtterance(part);
      said.lang = language;
      said.rate = 0.9;
      said.onend = said.onerror = () => {
        left -= 1;
        if (left <= 0) stop();
      };
      speech.speak(said);
    }
  });
  addEventListener("pagehide", stop);
}

function wireIdle(home) {
  let timer;
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (window.speechSynthesis?.speaking) return again();
      location.replace(home);
    }, IDLE_SECONDS * 1000);
  };
  for (const name of ["pointerdown", "keydown", "scroll"]) addEventListener(name, again, true);
  again();
}

for (const button of document.querySelectorAll("[data-read-aloud]")) wireReading(button);
const home = document.querySelector("[data-children-home]").dataset.childrenHome;
if (location.pathname + location.search !== home) wireIdle(home);
