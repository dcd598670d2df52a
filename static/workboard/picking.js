// What can be done with the contributions that are picked out, or with the one that has the focus.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { contribution, desk, pick, putBack } from "../staff/desk.js"
import { backToSlips, focusSlip, remember } from "../staff/focus.js"
import { button, label } from "../staff/press.js"
import { makeTheme } from "./making.js"
import { move, refer } from "./moving.js"
import { showOriginals } from "./originals.js"
import { mayRule } from "./tabs.js"

const picked = () => [...desk.picked]
const count = h("p", { role: "status" }, h("span", { class: "label" }))
const also = button("workboard.refer", () => refer(picked()[0]), "", "quiet")
const none = button("board.pick_none", () => {
  putBack()
  backToSlips()
}, "", "quiet")

export const pickedBar = h("div", { class: "picked-bar", role: "region", "aria-label": t("board.picked_bar"), "data-answers": "", hidden: true },
  count,
  button("board.move_to", () => move(picked()), "m", "primary"),
  button("workboard.new_theme", () => makeTheme(picked()), "n", "quiet"),
  also,
  button("workboard.decide", () => decideOn(picked()), "", "quiet"),
  button("workboard.originals_short", () => showOriginals(picked().map(contribution)), "o", "quiet"),
  none)

export function drawPicked() {
  for (const number of desk.picked) if (!contribution(number)) desk.picked.delete(number)
  const n = desk.picked.size
  pickedBar.hidden = !n || !mayRule
  document.body.classList.toggle("picking", n > 0 && mayRule)
  label(count, t("board.picked", { n }))
  also.hidden = n !== 1
}

async function decideOn(numbers) {
  const { decide } = await import("./deciding.js")
  decide({ contributions: numbers })
}

// Those that a key is about: all that are picked out, else the one that has the focus.
export function meant(line) {
  return desk.picked.size ? picked() : [line.record.contribution]
}

async function about(line, writing) {
  const { aboutCard } = await import("./card_dialog.js")
  aboutCard(line.record.contribution, writing)
}

const LOOK = {
  v: (line) => about(line),
  o: (line) => {
    const { pile } = line.closest("work-sheet")
    const { theme, group } = pile
    showOriginals(theme || group ? pile.all : [line.record], (theme || group || {}).title)
  },
  arrowdown: (line, event) => step(line, line.nextElementSibling, event),
  arrowup: (line, event) => step(line, line.previousElementSibling, event),
  arrowright: (line) => toPile(line, 1),
  arrowleft: (line) => toPile(line, -1),
  escape: () => putBack(),
}

const RULE = {
  m: (line) => move(meant(line)),
  n: (line) => makeTheme(meant(line)),
  t: (line) => about(line, true),
}

// Keys work while a slip has the focus, and rest otherwise.
export function slipKeys(event) {
  const line = event.target.closest(".slip")
  const key = event.key.toLowerCase()
  const act = LOOK[key] || (mayRule && RULE[key])
  if (!line || event.altKey) return
  if (event.ctrlKey || event.metaKey) return key === "a" ? all(line, event) : undefined
  if (!act) return
  event.preventDefault()
  remember(event.target)
  act(line, event)
}

// All that the sheet shows, or matches what is searched for.
function all(line, event) {
  event.preventDefault()
  for (const it of line.closest("work-sheet").pile.found) pick(it.contribution, true)
}

// With Shift what is passed is picked out too.
function step(line, to, event) {
  if (event.shiftKey) for (const one of [line, to]) if (one) pick(one.record.contribution, true)
  if (to) focusSlip(to)
}

let last = null // the slip that was picked out last

// With Shift all between the last one and this, on the same sheet, are as this one became.
export function rangePicks(event) {
  const tick = event.target.closest(".slip > input")
  const line = tick && tick.closest(".slip")
  if (!line) return
  const lines = [...line.parentElement.children]
  const from = lines.indexOf(last)
  if (event.shiftKey && from >= 0) {
    const [low, high] = [from, lines.indexOf(line)].sort((one, other) => one - other)
    for (const one of lines.slice(low, high + 1)) pick(one.record.contribution, tick.checked)
  }
  last = line
}

function toPile(line, by) {
  const all = [...document.querySelectorAll("work-sheet:not([hidden])")].filter((pile) => pile.list.firstElementChild)
  const to = all[all.indexOf(line.closest("work-sheet")) + by]
  if (to) focusSlip(to.list.firstElementChild)
}
