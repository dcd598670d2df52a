// What can be done with the contributions that are picked out, or with the one that has the focus.
import { t } from "../lib/words.js"
import { contribution, desk, drawn, putBack } from "../staff/desk.js"
import { backToSlips, focusSlip, remember } from "../staff/focus.js"
import { answer, wish } from "../staff/line.js"
import { button, label } from "../staff/press.js"
import { move } from "./moving.js"
import { explain } from "./slips.js"

const bar = document.querySelector(".picked-bar")
const count = bar.querySelector("[role=status]")
const moving = button("board.move_to", () => move([...desk.picked]), "m", "primary")
const out = button("board.keep_out", () => keepOut([...desk.picked], out), "h", "quiet")
const none = button("board.pick_none", () => {
  putBack()
  backToSlips()
}, "", "quiet")
bar.append(moving, out, none)

drawn(() => {
  for (const number of desk.picked) if (!contribution(number)) desk.picked.delete(number)
  const n = desk.picked.size
  bar.hidden = !n
  document.body.classList.toggle("picking", n > 0)
  label(count, t("board.picked", { n }))
  out.hidden = ![...desk.picked].some((number) => contribution(number).group)
})

// "Does not belong here", of each that is in a group.
async function keepOut(numbers, pressed) {
  const inGroups = numbers.map(contribution).filter((it) => it && it.group)
  if (!inGroups.length) return answer(pressed, t("board.in_no_group"))
  for (const it of inGroups) {
    if (!(await wish({ type: "keep-out", contribution: it.contribution, group: it.group }, pressed))) return
    desk.picked.delete(it.contribution)
  }
  putBack()
  requestAnimationFrame(backToSlips)
}

// Those that a key is about: all that are picked out, else the one that has the focus.
function meant(line) {
  return desk.picked.size ? [...desk.picked] : [line.record.contribution]
}

const KEYS = {
  m: (line) => move(meant(line)),
  h: (line) => keepOut(meant(line), line.querySelector("input")),
  v: (line) => explain(line),
  arrowdown: (line) => step(line, line.nextElementSibling),
  arrowup: (line) => step(line, line.previousElementSibling),
  arrowright: (line) => toPile(line, 1),
  arrowleft: (line) => toPile(line, -1),
  escape: () => putBack(),
}

// Keys work while a slip has the focus, and rest otherwise.
export function slipKeys(event) {
  const line = event.target.closest(".slip")
  const act = KEYS[event.key.toLowerCase()]
  if (!line || !act || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  remember(event.target)
  act(line)
}

function step(line, to) {
  if (to) focusSlip(to)
}

function toPile(line, by) {
  const all = [...document.querySelectorAll("board-pile:not([hidden])")].filter((pile) => pile.list.firstElementChild)
  const to = all[all.indexOf(line.closest("board-pile")) + by]
  if (to) focusSlip(to.list.firstElementChild)
}
