/** Where pictures come from: a file that is chosen, pasted or dropped anywhere on the page. */

/**
 * @param {HTMLInputElement} chooser
 * @param {(file: File) => void} take
 */
export function takePictures(chooser, take) {
  const { classList } = document.body;
  const first = (/** @type {FileList | null | undefined} */ files) => {
    if (files?.[0]) take(files[0]);
  };
  chooser.addEventListener("change", () => {
    first(chooser.files);
    chooser.value = "";
  });
  document.addEventListener("paste", (event) => first(event.clipboardData?.files));
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    classList.add("dropping");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    classList.remove("dropping");
    first(event.dataTransfer?.files);
  });
}
