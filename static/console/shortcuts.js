// One key for each of the commonest presses. They can be turned off, and rest while somebody types.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"

const STORED = "console.shortcuts"
const EXPLAINED = [
  ["N", "console.key_next"], ["B", "console.key_back"], ["M", "console.timer_more"], ["P", "console.key_posting"],
  ["K", "console.key_blank"], [t("console.space"), "console.key_pause"], ["R", "console.key_release"],
  ["U", "console.key_undo"], ["Q", "console.key_queue"], ["?", "console.key_help"],
]

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

// The list of keys, and the switch that turns them off.
export function shortcutPanel() {
  const toggle = h("input", { type: "checkbox", id: "shortcuts-on" })
  toggle.checked = on
  toggle.addEventListener("change", () => {
    on = toggle.checked
    localStorage.setItem(STORED, on ? "on" : "off")
    show()
  })
  return h("div", { class: "shortcuts" },
    h("label", { class: "check" }, toggle, h("span", {}, t("console.shortcuts_on"))),
    h("dl", {}, EXPLAINED.map(([key, words]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, t(words))))),
    h("p", { class: "note" }, t("console.slip_keys")))
}

function pressed(event) {
  if (!on || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
  const at = event.target
  if (at.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return
  if (event.key === " " && at.closest("button, a, summary, input, [tabindex='0']")) return
  const key = event.key.toLowerCase()
  const found = [...document.querySelectorAll(`[data-shortcut="${CSS.escape(key)}"]`)].find((one) => !one.hidden && !one.disabled)
  if (!found || found.closest("[hidden]")) return
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
