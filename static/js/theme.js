/** Light or dark: chosen by the person, by a link, or by the system; remembered where the browser lets us. */

/** @typedef {import("./address.js").Theme} Theme */

const KEY = "theme";

/** @returns {Theme | null} */
export function rememberedTheme() {
  try {
    const theme = window.localStorage.getItem(KEY);
    return theme === "light" || theme === "dark" ? theme : null;
  } catch {
    // Storage is switched off: the page has the system's theme.
    return null;
  }
}

/** @param {Theme} theme */
export function rememberTheme(theme) {
  try {
    if (theme === "auto") window.localStorage.removeItem(KEY);
    else window.localStorage.setItem(KEY, theme);
  } catch {
    // It holds until the page is left.
  }
}
