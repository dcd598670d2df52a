// One key for each of the commonest presses. They can be turned off, and rest while somebody types.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"

const STORED = "console.shortcuts"

let on = localStorage.getItem(STORED) !== "off"

export function start() {
  document.addEventListener("keydown", pressed)
  // A button that was clicked with the mouse gives the focus back, so that Space pauses the feed.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-shortcut]")
    if (on && button && event.detail > 0) button.blur()
  })
  show()
}

// The list of keys, [key, its words' key] each, and the switch that turns them off.
export function shortcutPanel(explained, note) {
  const toggle = h("input", { type: "checkbox", id: "shortcuts-on" })
  toggle.checked = on
  toggle.addEventListener("change", () => {
    on = toggle.checked
    localStorage.setItem(STORED, on ? "on" : "off")
    show()
  })
  return h("div", { class: "shortcuts" },
    h("label", { class: "check" }, toggle, h("span", {}, t("console.shortcuts_on"))),
    h("dl", {}, explained.map(([key, words]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(words))))),
    h("p", { class: "note" }, t(note)))
}

// Whether this is a key pressed by itself, while nobody writes anything.
export function isShortcut(event) {
  if (!on || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false
  return !event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")
}

function pressed(event) {
  const at = event.target
  if (!isShortcut(event)) return
  if (event.key === " " && at.closest("button, a, summary, input, [tabindex='0']")) return
  const key = event.key.toLowerCase()
  const found = [...document.querySelectorAll(`[data-shortcut="${CSS.escape(key)}"]`)].find((one) => !one.disabled && !one.closest("[hidden]"))
  if (!found) return
  event.preventDefault()
  found.click()
}

function show() {
  document.body.classList.toggle("shortcuts-off", !on)
  for (const button of document.querySelectorAll("[data-shortcut]")) {
    const key = button.dataset.shortcut
    if (on) button.setAttribute("aria-keyshortcuts", key === " " ? "Space" : key.toUpperCase())
    else button.removeAttribute("aria-keyshortcuts")
  }
}
