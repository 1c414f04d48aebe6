// `[data-camera]` in a form shows what the phone's camera sees and reads the codes in it, where the
// browser itself can (BarcodeDetector: Chrome on Android); elsewhere the button stays hidden and a
// phone with a Bluetooth scanner, or typing, does it.
const FORMATS = ["code_128", "code_39", "ean_13", "ean_8", "itf", "codabar", "qr_code"];
const LOOK_MS = 150;
const REST_MS = 2_500; // the same code is not read again at once

export async function startCamera(form, onCode) {
  const button = form.querySelector("[data-camera]");
  const video = form.querySelector("[data-camera-view]");
  const refused = form.querySelector("[data-camera-refused]");
  if (!button || !video || !window.BarcodeDetector || !navigator.mediaDevices) return;
  const known = await BarcodeDetector.getSupportedFormats().catch(() => []);
  const formats = FORMATS.filter((format) => known.includes(format));
  if (!formats.length) return;
  const detector = new BarcodeDetector({ formats });
  let stream = null;
  let last = { text: "", at: 0 };
  button.hidden = false;

  const look = async () => {
    if (!stream) return;
    const [code] = await detector.detect(video).catch(() => []);
    const text = code?.rawValue?.trim();
    if (text && (text !== last.text || Date.now() - last.at > REST_MS)) onCode(text);
    if (text) last = { text, at: Date.now() };
    setTimeout(look, LOOK_MS);
  };
  button.addEventListener("click", async () => {
    const wasOn = Boolean(stream);
    if (stream) {
      stream.getTracks().forEach((track) => track.stop());
      stream = null;
    } else {
      const wanted = { video: { facingMode: "environment" } };
      stream = await navigator.mediaDevices.getUserMedia(wanted).catch(() => null);
    }
    if (refused) refused.hidden = wasOn || Boolean(stream);
    video.hidden = !stream;
    video.srcObject = stream;
    button.setAttribute("aria-pressed", String(Boolean(stream)));
    if (!stream) return;
    await video.play();
    look();
  });
}
