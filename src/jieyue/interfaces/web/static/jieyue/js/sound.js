// Three tones, told apart without looking: done rises, look repeats, refused falls. An element with
// `data-sound` plays when it appears; `data-sound-switch` mutes, remembered on this computer.
const TONES = {
  done: [[660, 0, 0.09], [880, 0.09, 0.14]],
  look: [[590, 0, 0.1], [590, 0.16, 0.1]],
  refused: [[330, 0, 0.16], [220, 0.16, 0.28]],
};
let audio = null;

const isMuted = () => localStorage.getItem("jieyue-muted") === "1";

export function play(kind) {
  const tones = TONES[kind];
  if (!tones || isMuted()) return;
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

function showSwitches() {
  for (const button of document.querySelectorAll("[data-sound-switch]")) {
    button.setAttribute("aria-pressed", String(!isMuted()));
    button.classList.toggle("opacity-60", isMuted());
  }
}

export function wireSounds() {
  showSwitches();
  document.body.addEventListener("htmx:afterSwap", (event) => {
    const root = event.detail.target ?? document;
    const made = root.matches?.("[data-sound]") ? root : root.querySelector?.("[data-sound]");
    if (made) play(made.dataset.sound);
    showSwitches();
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-sound-switch]")) return;
    localStorage.setItem("jieyue-muted", isMuted() ? "0" : "1");
    showSwitches();
    play("done");
  });
}
