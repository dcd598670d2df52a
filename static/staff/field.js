// A control with its label above it.
import { h } from "../lib/element.js"

let made = 0

export function field(words, control, look = "") {
  control.id = control.id || `field-${++made}`
  return h("div", { class: `field ${look}` }, h("label", { for: control.id }, words), control)
}
