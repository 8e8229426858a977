/** What is seen of the page as one SVG file: its maps as pictures, its lines, bars and words where they stand. */

import { escapeXml } from "./core/map-svg.js";
import { enlarge } from "./pixels.js";

/** @typedef {{ x: number, y: number }} Offset from the page's places to those of the file */

/** Pixels of a map's picture for one of the page, so that it stays crisp where a program smooths it. */
const DENSITY = 2;
const AROUND = 16;

/**
 * @param {Element[]} parts from top to bottom
 * @param {string} title
 * @param {string} description
 */
export function seenAsSvg(parts, title, description) {
  /** @type {string[]} */
  const drawn = [];
  let [width, top] = [0, AROUND];
  for (const part of parts) {
    const box = part.getBoundingClientRect();
    drawn.push(draw(part, { x: AROUND - box.left + part.scrollLeft, y: top - box.top + part.scrollTop }));
    width = Math.max(width, part.scrollWidth, box.width);
    top += Math.max(box.height, part.scrollHeight) + AROUND;
  }
  const [right, bottom] = [Math.ceil(width + 2 * AROUND), Math.ceil(top)];
  const ground = getComputedStyle(document.documentElement).backgroundColor;
  return {
    width: right,
    height: bottom,
    text: [
      `<svg xmlns="http://www.w3.org/2000/svg" width="${right}" height="${bottom}" viewBox="0 0 ${right} ${bottom}">`,
      `<title>${escapeXml(title)}</title>`,
      `<desc>${escapeXml(description)}</desc>`,
      element("rect", { width: right, height: bottom, fill: ground }),
      ...drawn,
      "</svg>\n",
    ].join("\n"),
  };
}

/**
 * @param {Element} part
 * @param {Offset} offset
 * @returns {string}
 */
function draw(part, offset) {
  const style = getComputedStyle(part);
  const box = part.getBoundingClientRect();
  if (style.display === "none" || style.visibility === "hidden" || part.matches(".visually-hidden"))
    return "";
  if (part instanceof SVGSVGElement) return lines(part, box, offset);
  const own = [];
  if (box.width > 0 && box.height > 0) {
    const place = { ...placed(box, offset), width: round(box.width), height: round(box.height) };
    if (seen(style.backgroundColor)) own.push(element("rect", { ...place, fill: style.backgroundColor }));
    if (part instanceof HTMLCanvasElement) own.push(picture(part, place, style));
  }
  const inside = [...part.childNodes].map((child) => {
    if (child instanceof Element) return draw(child, offset);
    return child instanceof Text ? words(child, part, style, offset) : "";
  });
  const all = [...own, ...inside, mark(part, box, offset), frame(part, box, offset)].join("");
  return all && Number(style.opacity) < 1 ? `<g opacity="${style.opacity}">${all}</g>` : all;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {{ x: number, y: number, width: number, height: number }} place
 * @param {CSSStyleDeclaration} style
 */
function picture(canvas, place, style) {
  if (canvas.width === 0 || canvas.height === 0) return "";
  const scale = Math.max(1, Math.ceil((place.width * DENSITY) / canvas.width));
  const href = enlarge(canvas, scale).toDataURL();
  const image = element("image", {
    ...place,
    href,
    preserveAspectRatio: "none",
    "image-rendering": "pixelated",
    style: "image-rendering: pixelated",
  });
  const line = Number.parseFloat(style.outlineWidth);
  const framed = style.outlineStyle !== "none" && line > 0;
  // As a browser writes it: "rgb(1, 2, 3) 0px 0px 0px 1px".
  const [hairline = "none"] = style.boxShadow.split(" 0px");
  const [width, stroke] = framed ? [line, style.outlineColor] : [1, hairline];
  const border = stroke === "none" ? "" : outline(place, width, stroke);
  return `${border}${image}\n`;
}

/**
 * A line around a box.
 * @param {{ x: number, y: number, width: number, height: number }} box
 * @param {number} line
 * @param {string} stroke
 */
function outline({ x, y, width, height }, line, stroke) {
  const half = line / 2;
  return element("rect", {
    x: x - half,
    y: y - half,
    width: width + line,
    height: height + line,
    fill: "none",
    stroke,
    "stroke-width": line,
  });
}

/**
 * The frame of a receptive field, which the page draws as two shadows.
 * @param {Element} part
 * @param {DOMRect} box
 * @param {Offset} offset
 */
function frame(part, box, offset) {
  if (!part.matches(".field")) return "";
  const { shadows, place } = {
    shadows: ["--frame-halo", "--frame"].map((name) => getComputedStyle(part).getPropertyValue(name)),
    place: { ...placed(box, offset), width: box.width, height: box.height },
  };
  return outline(place, 3, shadows[0] ?? "") + outline(place, 2, shadows[1] ?? "");
}

/**
 * What the style sheet writes over an element: the name of a colour's plane.
 * @param {Element} part
 * @param {DOMRect} box
 * @param {Offset} offset
 */
function mark(part, box, offset) {
  const style = getComputedStyle(part, "::before");
  const text = /^"(.+)"$/.exec(style.content)?.[1];
  if (!text) return "";
  const { x, y } = placed(box, offset);
  const [width, height] = [style.width, style.height].map((size) => Number.parseFloat(size) || 0);
  const padding = Number.parseFloat(style.paddingLeft);
  const ground = element("rect", {
    x,
    y,
    width: (width ?? 0) + (style.boxSizing === "border-box" ? 0 : 2 * padding),
    height: height ?? 0,
    fill: style.backgroundColor,
    opacity: style.opacity,
  });
  const line = {
    ...letters(style),
    x: x + padding,
    y: y + (height ?? 0) / 2,
    "dominant-baseline": "central",
  };
  return `${ground}${element("text", line, text)}`;
}

/**
 * @param {SVGSVGElement} svg
 * @param {DOMRect} box
 * @param {Offset} offset
 */
function lines(svg, box, offset) {
  const { x, y } = placed(box, offset);
  const paths = [...svg.querySelectorAll("path")].map((path) => {
    const style = getComputedStyle(path);
    return element("path", {
      d: path.getAttribute("d") ?? "",
      stroke: style.stroke,
      "stroke-opacity": style.strokeOpacity,
      "stroke-width": Number.parseFloat(style.strokeWidth),
    });
  });
  return `<g transform="translate(${x} ${y})" fill="none">${paths.join("")}</g>\n`;
}

/**
 * The words of a text as they are broken into lines, and cut where they are too long.
 * @param {Text} node
 * @param {Element} part
 * @param {CSSStyleDeclaration} style
 * @param {Offset} offset
 */
function words(node, part, style, offset) {
  if (!node.data.trim()) return "";
  const range = document.createRange();
  /** @type {{ text: string, left: number, right: number, top: number, bottom: number }[]} */
  const rows = [];
  const edge = style.textOverflow === "ellipsis" ? part.getBoundingClientRect().right + 0.5 : Infinity;
  for (const [at, letter] of [...node.data].entries()) {
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    const { left, right, top, bottom, width } = range.getBoundingClientRect();
    if (width === 0) continue;
    const row = rows.at(-1);
    if (right > edge) {
      if (row && !row.text.endsWith("…")) row.text = `${row.text.slice(0, -1)}…`;
      break;
    }
    if (row && Math.abs(row.top - top) < 2) Object.assign(row, { text: row.text + letter, right });
    else rows.push({ text: letter, left, right, top, bottom });
  }
  return rows
    .map(({ text, left, right, top, bottom }) =>
      element(
        "text",
        {
          ...letters(style),
          x: round(left + offset.x),
          y: round((top + bottom) / 2 + offset.y),
          textLength: round(right - left),
          "dominant-baseline": "central",
        },
        text.trimEnd(),
      ),
    )
    .join("");
}

/** @param {CSSStyleDeclaration} style */
function letters({ fontFamily, fontSize, fontWeight, color }) {
  return {
    "font-family": fontFamily,
    "font-size": Number.parseFloat(fontSize),
    "font-weight": fontWeight,
    fill: color,
  };
}

/** @param {string} colour */
function seen(colour) {
  return colour !== "transparent" && !/[,/] ?0\)$/.test(colour);
}

/**
 * @param {DOMRect} box
 * @param {Offset} offset
 */
function placed(box, { x, y }) {
  return { x: round(box.left + x), y: round(box.top + y) };
}

/** @param {number} length */
function round(length) {
  return Math.round(length * 100) / 100;
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {string} [text]
 */
function element(name, attributes, text) {
  const all = Object.entries(attributes).map(([key, value]) => `${key}="${escapeXml(String(value))}"`);
  return text === undefined
    ? `<${name} ${all.join(" ")}/>`
    : `<${name} ${all.join(" ")}>${escapeXml(text)}</${name}>`;
}
