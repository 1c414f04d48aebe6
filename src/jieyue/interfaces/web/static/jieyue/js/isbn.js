// In `form[data-isbn-scan]` the camera reads the ISBN on a book and sends the form.
import { startCamera } from "./camera.js";

for (const form of document.querySelectorAll("form[data-isbn-scan]")) {
  startCamera(form, (code) => {
    form.elements.isbn.value = code;
    form.requestSubmit();
  });
}
