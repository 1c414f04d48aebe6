// Reads barcodes and QR codes in pictures: barcode-detector's ponyfill (zxing-wasm), on every
// browser alike. iPhones have no BarcodeDetector and Android's needs Google's services. This module
// is fetched only when a camera or a photo is opened; the wasm comes from our own host.
import {
  BarcodeDetector,
  prepareZXingModule,
} from "../vendor/barcode-detector-3.2.2/ponyfill.js";

const WASM = new URL("../vendor/zxing-wasm-3.1.3/zxing_reader.wasm", import.meta.url).href;
const FORMATS = ["code_128", "code_39", "ean_13", "itf", "codabar", "qr_code"];
const SHORTEST_ITF = 6; // shorter ones are found in any row of bars
const PHOTO_WIDTH = 1600;

prepareZXingModule({ overrides: { locateFile: () => WASM } });
const detector = new BarcodeDetector({ formats: FORMATS });

// What a library can have printed. A blurred Code 128 reads as an EAN-13 with a right check digit
// now and then, so only those of books count.
function isPlausible({ format, rawValue }) {
  if (format === "ean_13") return /^97[89]/.test(rawValue);
  return format === "itf" ? rawValue.length >= SHORTEST_ITF : rawValue.trim() !== "";
}

// Finds the codes in a video's frame or a picture; a copy's own code before the ISBN, which says
// only which book it is.
export async function codesIn(image) {
  const found = (await detector.detect(image)).filter(isPlausible);
  found.sort((one, other) => (one.format === "ean_13") - (other.format === "ean_13"));
  return found.map(({ format, rawValue }) => ({ format, text: rawValue.trim() }));
}

// A phone's photo has twelve million points: made smaller it is read faster, and noise goes. What
// is not found then is looked for in the whole.
export async function codesInPhoto(file) {
  const image = await createImageBitmap(file);
  const small = { resizeWidth: Math.min(image.width, PHOTO_WIDTH), resizeQuality: "high" };
  const found = await codesIn(await createImageBitmap(image, small));
  return found.length || image.width <= PHOTO_WIDTH ? found : codesIn(image);
}
