/** The page around the network: pictures in and out, and what goes wrong. */

export const page = {
  notANumber: "not a number",
  close: "Close",
  closeByKey: "Close (Esc)",
  and: " and ",
  noAnswer: "The server does not answer. Is it still running?",
  status: (/** @type {number} */ status) => `The server answered with status ${status}.`,
  wrong: "Something went wrong on this page.",
  noCell: "This cell cannot be shown.",
  notSaved: "The picture could not be saved. Please try again.",
  tooLarge: "The picture is too large to save.",
  cannotCopy: "The browser did not let the page copy.",
  stillBefore: (/** @type {string} */ failure) => `${failure} Below is still the picture before.`,
  lostRun:
    "The run of this link is not kept any more, so the page begins anew. Draw or choose its picture again to see it.",
  noCheckpoint: (/** @type {number} */ checkpoint, /** @type {string} */ title) =>
    `There is no point of training ${checkpoint} in “${title}”. This is the trained network.`,
  cleared: "None: the pad is empty. What is still shown is of the picture before.",
  savedName: (/** @type {string} */ title, /** @type {string} */ answer) => `${title}: ${answer}`,
};

export const picture = {
  drawing: (/** @type {number} */ digit) => `Draw a ${digit}`,
  pad: "Drawing pad. Draw a digit with mouse, pen or finger.",
  choosePhoto: "Choose a photo",
  photoHint: "Choose a photo, paste one, or drop one here",
  tryPhoto: (/** @type {string} */ title) => `Try: ${title}`,
  credit: (/** @type {string} */ title, /** @type {string} */ credit) => `${title}. ${credit}`,
  steps: /** @type {Record<string, string>} */ ({
    gray: "Gray",
    ink: "Ink",
    crop: "Crop",
    thicken: "Thicken",
    scale: "Scale",
    centre: "Centre",
    rgb: "Colours",
    fit: "Fit",
    cut: "Cut out",
    resize: "Resize",
    normalise: "Normalise",
  }),
  stepByStep: "Step by step",
  save: "Save the network…",
  saveTitle: "Save a picture of the network",
  saveAs: "Save the network as",
  asSvg: "sharp at any size, words stay words",
  asPng: "pixels, twice the size of the page",
};

export const fitting = {
  fit: "Fit",
  ways: { crop: "cut to fit", pad: "with bars", stretch: "stretched" },
  crop: "Crop…",
  hint: "Draw a box over the photo, or type its pixels:",
  sides: { left: "Left", top: "Top", width: "Width", height: "Height" },
  whole: "Whole photo",
};
