// A small form over the page: for what needs words before it is done.
import { h } from "../lib/element.js"
import { watch } from "../lib/records.js"
import { t } from "../lib/words.js"
import { backToSlips } from "../staff/focus.js"
import { field } from "../staff/field.js"
import { seen } from "../staff/line.js"
import { button } from "../staff/press.js"

let asked = 0

// Opens it. `content`: elements of the form. `send(said, press)` makes the wish of what the form
// holds and answers whether it was granted: `said` is {why, seen}, to go along with the command.
// `now()`: how what is asked about stands, in words, kept true while somebody writes. `reason`:
// false leaves out the reason; true demands it.
export function ask({ heading, note = "", content = [], submit, send, now = null, reason = null, danger = false }) {
  const id = `ask-${++asked}`
  const why = h("textarea", { rows: "2", maxlength: "2000", required: reason === true })
  const press = h("button", { type: "submit", class: danger ? "danger" : "primary" }, submit)
  const standing = h("p", { class: "note now", role: "status", hidden: !now })
  const form = h("form", { class: "asked", "data-answers": "" },
    note ? h("p", { class: "note" }, note) : null,
    standing, content,
    reason === false ? null : field(t(reason ? "board.reason" : "workboard.reason_optional"), why),
    h("div", { class: "acts" }, press, button("board.cancel", () => dialog.close(), "", "quiet")))
  const dialog = h("dialog", { "aria-labelledby": id, class: "asking-dialog" }, h("h2", { id, dir: "auto" }, heading), form)
  let began = seen()
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    if (await send({ ...(why.value.trim() ? { why: why.value.trim() } : {}), seen: began }, press)) return dialog.close()
    // The refusal said what has changed, and `now` shows it: the next try is about that.
    began = seen()
  })
  show(dialog, now && (() => say(standing, now())))
  return { dialog, form, why }
}

function say(place, words) {
  if (place.textContent !== words) place.textContent = words
  place.hidden = !words
}

// Shows a dialogue until it is closed, and draws it while it stands.
export function show(dialog, draw = null) {
  const stop = draw ? watch("", draw) : () => {}
  if (draw) draw()
  document.body.append(dialog)
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close())
  dialog.addEventListener("close", () => {
    stop()
    dialog.remove()
    requestAnimationFrame(backToSlips)
  })
  dialog.showModal()
}

// The top of a dialogue that is read and worked in: its heading and the way out.
export function top(id, heading) {
  return h("div", { class: "dialog-top" }, h("h2", { id, dir: "auto", tabindex: "-1" }, heading),
    button("workboard.close", (press) => press.closest("dialog").close(), "", "quiet close"))
}

// Contributions with a tick each, all ticked; `ticked()` tells which still are.
export function tickList(its) {
  const ticks = its.map((it) => {
    const tick = h("input", { type: "checkbox", value: String(it.contribution) })
    tick.checked = true
    return [tick, it]
  })
  const list = h("ul", { class: "ticks" }, ticks.map(([tick, it]) =>
    h("li", {}, h("label", { class: "check" }, tick, h("span", { dir: "auto", lang: it.language }, it.text)))))
  return { list, ticked: () => ticks.filter(([tick]) => tick.checked).map(([, it]) => it.contribution) }
}
