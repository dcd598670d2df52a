// Buttons that say what they do and, with shortcuts on, which key does the same.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"

// A button with the words of `key`; `shortcut` is the key that presses it (see shortcuts.js).
export function button(key, press, shortcut = "", look = "") {
  const made = h(
    "button",
    { type: "button", class: look || null, "data-shortcut": shortcut || null },
    h("span", { class: "label" }, key ? t(key) : ""),
    shortcut ? h("kbd", { "aria-hidden": "true" }, shortcut === " " ? t("console.space") : shortcut.toUpperCase()) : null,
  )
  made.addEventListener("click", (event) => press(made, event))
  return made
}

// Changes a button's words and nothing else.
export function label(made, words) {
  const place = made.querySelector(".label")
  if (place.textContent !== words) place.textContent = words
}
