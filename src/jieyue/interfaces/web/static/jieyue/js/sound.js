// Tones told apart without looking: done rises, look repeats, refused falls, kept is short. An
// element with `data-sound` plays when it appears; `data-sound-switch` mutes, remembered on this
// computer.
const TONES = {
  refused: [[330, 0, 0.16], [220, 0.16, 0.28]],
  look: [[590, 0, 0.1], [590, 0.16, 0.1]],
  done: [[660, 0, 0.09], [880, 0.09, 0.14]],
  kept: [[520, 0, 0.06]], // read, but nobody knows yet what it is
}; // gravest first: [pitch in Hz, start, length in seconds]
let audio = null;

const isMuted = () => localStorage.getItem("jieyue-muted") === "1";

export function play(kind) {
  const tones = TONES[kind];
  if (!tones || isMuted() || !window.AudioContext) return;
  // Before the first key or click browsers stay silent, and would play it late.
  if (navigator.userActivation && !navigator.userActivation.hasBeenActive) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
  for (const [pitch, start, length] of tones) {
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    const from = audio.currentTime + start;
    tone.frequency.value = pitch;
    loudness.gain.setValueAtTime(0.16, from);
    loudness.gain.exponentialRampToValueAtTime(0.001, from + length);
    tone.connect(loudness).connect(audio.destination);
    tone.start(from);
    tone.stop(from + length);
  }
}

// One answer may bring several parts that sound: only the gravest is heard.
let heard = new Set();

function hear(root) {
  const found = [root, ...root.querySelectorAll("[data-sound]")];
  const kinds = found.map((element) => element.dataset?.sound).filter(Boolean);
  if (!kinds.length) return;
  if (!heard.size) {
    queueMicrotask(() => {
      play(Object.keys(TONES).find((kind) => heard.has(kind)));
      heard = new Set();
    });
  }
  kinds.forEach((kind) => heard.add(kind));
}

function showSwitches(root = document) {
  for (const button of root.querySelectorAll("[data-sound-switch]")) {
    button.setAttribute("aria-pressed", String(!isMuted()));
    const icon = button.querySelector("use");
    const name = isMuted() ? "volume-x" : "volume-2";
    icon?.setAttribute("href", icon.getAttribute("href").replace(/#.*/, `#${name}`));
  }
}

export function wireSounds() {
  showSwitches();
  document.body.addEventListener("htmx:load", ({ detail }) => {
    if (detail.elt === document.body) return;
    hear(detail.elt);
    showSwitches(detail.elt.parentNode ?? document);
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-sound-switch]")) return;
    localStorage.setItem("jieyue-muted", isMuted() ? "0" : "1");
    showSwitches();
    play("done");
  });
}
