/** The one place that writes pixels: values and pen strokes onto canvases. */

/** @typedef {import("./core/colour.js").ColourMap} ColourMap */
/** @typedef {import("./core/drawings.js").Stroke} Stroke */

/**
 * Paints values as one pixel each; the canvas is scaled up by CSS, without smoothing.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values row by row; missing ones stay transparent
 * @param {number} rows
 * @param {number} columns
 * @param {(value: number) => Uint8ClampedArray} colour RGBA of a value
 */
function paint(canvas, values, rows, columns, colour) {
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const image = context.createImageData(columns, rows);
  for (let index = 0; index < values.length; index++) {
    image.data.set(colour(values[index] ?? 0), index * 4);
  }
  context.putImageData(image, 0, 0);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values
 * @param {number} rows
 * @param {number} columns
 * @param {ColourMap} colours
 * @param {number} limit the absolute value of the strongest colour
 */
export function paintMap(canvas, values, rows, columns, colours, limit) {
  const { table } = colours;
  paint(canvas, values, rows, columns, (value) => {
    const at = colours.offset(value, limit);
    return table.subarray(at, at + 4);
  });
}

/**
 * Paints brightness: `low` is black, `high` is white.
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values
 * @param {number} rows
 * @param {number} columns
 * @param {number} low
 * @param {number} high
 */
export function paintGray(canvas, values, rows, columns, low, high) {
  const pixel = new Uint8ClampedArray([0, 0, 0, 255]);
  paint(canvas, values, rows, columns, (value) => {
    pixel.fill(((value - low) / (high - low || 1)) * 255, 0, 3);
    return pixel;
  });
}

/**
 * Draws strokes as a round pen does, smooth through the middles between points.
 * @param {CanvasRenderingContext2D} context
 * @param {Stroke[]} strokes in the unit square
 * @param {number} side the square's side in pixels
 * @param {number} pen width of the pen in pixels
 * @param {string} ink
 */
export function drawStrokes(context, strokes, side, pen, ink) {
  context.lineCap = "round";
  context.lineJoin = "round";
  context.lineWidth = pen;
  context.strokeStyle = ink;
  for (const stroke of strokes) {
    const points = stroke.map(([x, y]) => /** @type {const} */ ([x * side, y * side]));
    const [first, ...rest] = points;
    if (!first) continue;
    context.beginPath();
    context.moveTo(...first);
    let before = first;
    for (const point of rest) {
      context.quadraticCurveTo(...before, (before[0] + point[0]) / 2, (before[1] + point[1]) / 2);
      before = point;
    }
    context.lineTo(...before);
    context.stroke();
  }
}

/**
 * Fills the canvas with paper, and with a picture in its middle, as large as it fits.
 * @param {HTMLCanvasElement} canvas
 * @param {string} paper
 * @param {ImageBitmap} [picture]
 */
export function fillPaper(canvas, paper, picture) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = paper;
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (!picture) return;
  const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
  const [width, height] = [picture.width * scale, picture.height * scale];
  context.imageSmoothingEnabled = scale < 1;
  context.drawImage(picture, (canvas.width - width) / 2, (canvas.height - height) / 2, width, height);
}
