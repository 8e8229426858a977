/** The one place that writes pixels: values and pen strokes onto canvases. */

/** @typedef {import("./core/colour.js").ColourMap} ColourMap */
/** @typedef {import("./core/drawings.js").Stroke} Stroke */

const OPAQUE = 255;

/** @type {Map<string, ImageData>} one for each size of map, to write on again and again */
const blanks = new Map();

/**
 * Paints one pixel a cell; the canvas is scaled up by CSS, without smoothing.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} rows
 * @param {number} columns
 * @param {(pixels: Uint32Array, bytes: Uint8ClampedArray) => void} write the pixels, row by row
 */
function paint(canvas, rows, columns, write) {
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const size = `${rows} ${columns}`;
  const image = blanks.get(size) ?? new ImageData(columns, rows);
  blanks.set(size, image);
  write(new Uint32Array(image.data.buffer), image.data);
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).putImageData(image, 0, 0);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>} values row by row; where there are fewer than cells, the rest stays transparent
 * @param {number} rows
 * @param {number} columns
 * @param {ColourMap} colours
 * @param {number} limit the absolute value of the strongest colour
 */
export function paintMap(canvas, values, rows, columns, colours, limit) {
  paint(canvas, rows, columns, (pixels) => colours.write(pixels, values, limit));
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
  paintChannels(canvas, [values, values, values], rows, columns, low, high);
}

/**
 * Paints the planes of a picture in its colours: zero is none of a colour, `high` all of it.
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} values red, green and blue, plane by plane
 * @param {number} rows
 * @param {number} columns
 * @param {number} high
 */
export function paintPicture(canvas, values, rows, columns, high) {
  const cells = rows * columns;
  const planes = [0, 1, 2].map((plane) => values.subarray(plane * cells, (plane + 1) * cells));
  paintChannels(canvas, planes, rows, columns, 0, high);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {ArrayLike<number>[]} planes red, green, blue
 * @param {number} rows
 * @param {number} columns
 * @param {number} low
 * @param {number} high
 */
function paintChannels(canvas, planes, rows, columns, low, high) {
  const unit = 255 / (high - low || 1);
  paint(canvas, rows, columns, (_, bytes) => {
    for (const [plane, values] of planes.entries()) {
      for (let index = 0; index < values.length; index++) {
        bytes[index * 4 + plane] = ((values[index] ?? 0) - low) * unit;
      }
    }
    for (let index = 3; index < bytes.length; index += 4) bytes[index] = OPAQUE;
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

/**
 * @typedef {object} Enlarged how a part of a map is drawn large
 * @property {HTMLCanvasElement} image the map, one pixel a cell
 * @property {import("./core/viewport.js").Viewport} view in pixels of the canvas
 * @property {number} left where the map's part starts: before it stand the numbers of the rows
 * @property {number} top above it stand the numbers of the columns
 * @property {(row: number) => string} row
 * @property {(column: number) => string} column
 * @property {((row: number, column: number) => string) | null} text what stands in a cell, if it has room for that
 * @property {(row: number, column: number) => string} ink
 * @property {{ row: number, column: number } | null} cursor the cell that is framed
 * @property {{ size: number, label: number, family: string, muted: string, frame: string, halo: string, unit: number }} look
 */

/**
 * Draws what is in sight of a map: crisp cells, and in each its value.
 * @param {HTMLCanvasElement} canvas
 * @param {Enlarged} enlarged
 */
export function paintEnlarged(canvas, { image, view, left, top, row, column, text, ink, cursor, look }) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const { scale, span } = view;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.textBaseline = "middle";
  context.textAlign = "center";
  context.font = `${look.label}px ${look.family}`;
  context.fillStyle = look.muted;
  const widest = context.measureText(column(view.columns - 1)).width + 6 * look.unit;
  const everyColumn = stride(widest / scale);
  const everyRow = stride((look.label * 1.2) / scale);
  for (let at = Math.ceil(span.left / everyColumn) * everyColumn; at <= span.right; at += everyColumn) {
    const x = left + view.left + (at + 0.5) * scale;
    if (x > left) context.fillText(column(at), x, Math.max(0, view.top) + top / 2);
  }
  context.textAlign = "right";
  for (let at = Math.ceil(span.top / everyRow) * everyRow; at <= span.bottom; at += everyRow) {
    const y = top + view.top + (at + 0.5) * scale;
    if (y > top) context.fillText(row(at), left + Math.max(0, view.left) - 6 * look.unit, y);
  }
  context.save();
  context.beginPath();
  context.rect(left, top, view.width, view.height);
  context.clip();
  context.translate(left + view.left, top + view.top);
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, view.columns * scale, view.rows * scale);
  if (text) {
    // So that equal neighbours are told apart.
    context.fillStyle = "rgb(0 0 0 / 0.09)";
    const [down, right] = [span.bottom + 1 - span.top, span.right + 1 - span.left].map(
      (cells) => cells * scale,
    );
    for (let j = span.left + 1; j <= span.right; j++)
      context.fillRect(j * scale, span.top * scale, look.unit, down ?? 0);
    for (let i = span.top + 1; i <= span.bottom; i++)
      context.fillRect(span.left * scale, i * scale, right ?? 0, look.unit);
    context.textAlign = "center";
    context.font = `${look.size}px ${look.family}`;
    for (let i = span.top; i <= span.bottom; i++) {
      for (let j = span.left; j <= span.right; j++) {
        context.fillStyle = ink(i, j);
        context.fillText(text(i, j), (j + 0.5) * scale, (i + 0.5) * scale);
      }
    }
  }
  if (cursor) {
    for (const [stroke, width] of /** @type {[string, number][]} */ ([
      [look.halo, 5 * look.unit],
      [look.frame, 2 * look.unit],
    ])) {
      context.strokeStyle = stroke;
      context.lineWidth = width;
      context.strokeRect(cursor.column * scale, cursor.row * scale, scale, scale);
    }
  }
  context.restore();
}

/** Every how many cells a number has room: 1, 2, 5, 10, ... @param {number} cells */
function stride(cells) {
  let step = 1;
  for (let turn = 0; step < cells; turn++) step *= turn % 3 === 1 ? 2.5 : 2;
  return step;
}

/**
 * A picture in which each pixel is a square of `scale` pixels.
 * @param {HTMLCanvasElement} image
 * @param {number} scale
 */
export function enlarge(image, scale) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width * scale, image.height * scale];
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.imageSmoothingEnabled = false;
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas;
}

/** A canvas whose pixels are read again and again. */
export function readableCanvas() {
  const canvas = document.createElement("canvas");
  // The first to ask for the context says how it is kept.
  canvas.getContext("2d", { willReadFrequently: true });
  return canvas;
}

/**
 * Red, green, blue and opacity of each pixel.
 * @param {HTMLCanvasElement} canvas
 */
export function readPixels(canvas) {
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  return context.getImageData(0, 0, canvas.width, canvas.height).data;
}

/**
 * @param {HTMLImageElement} image
 * @param {number} width
 * @param {number} height
 */
export function drawImage(image, width, height) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(image, 0, 0, width, height);
  return canvas;
}

/**
 * The canvas as a PNG file. At once: `toBlob` waits until the browser is idle, which it never is while someone draws.
 * @param {HTMLCanvasElement} canvas
 */
export function encodePicture(canvas) {
  const text = atob(canvas.toDataURL("image/png").split(",")[1] ?? "");
  return new Blob([Uint8Array.from(text, (byte) => byte.charCodeAt(0))], { type: "image/png" });
}
