// The line that always says what was done last, by anyone, with undo and redo of one's own; and
// the keys for them. Undo takes back what this page did; what others did is undone in the log.
import { h } from "../lib/element.js"
import { position, watch } from "../lib/records.js"
import { config, t } from "../lib/words.js"
import { answer, done, wish } from "../staff/line.js"
import { time } from "../staff/names.js"
import { button, label } from "../staff/press.js"
import { changes, inWords, who } from "./changes.js"
import { mayUndo } from "./tabs.js"

const KEPT = `dialog-done-${config.dialogue}`

// A page that is loaded again still knows what it did; where a copy has been put back, the same
// numbers are of what others did.
let life = ""
watch("", () => {
  const { epoch } = position()
  if (epoch === life) return
  life = epoch
  done.clear()
  const was = kept()
  if (was.life === life) for (const seq of was.seqs) done.add(seq)
})

function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) || {}
  } catch {
    return {}
  }
}

function keep() {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ life, seqs: [...done] }))
  } catch {
    // It is remembered until the page is loaded again.
  }
}

const undo = button("console.undo", () => back(undo), "", "quiet")
const redo = button("work_page.redo", () => forth(redo), "", "quiet")

const mine = (change) => change.undoable && done.has(change.seq)
const undoable = () => changes().find((change) => mine(change) && !change.by_undo)

// The latest undoing, unless something new has been done since: a redo is no such thing.
function redoable() {
  const undone = changes()
  for (const change of undone) {
    if (!done.has(change.seq)) continue
    if (change.by_undo && change.undoable) return change
    const redone = undone.some((other) => other.by_undo && !other.undoable && same(other, change))
    if (!change.by_undo && !redone) return null
  }
  return null
}

const same = (one, other) => one.words === other.words && JSON.stringify(one.params) === JSON.stringify(other.params)

function back(press) {
  const change = undoable()
  if (change) takeBack(change, press)
  else answer(press, t("work_page.nothing_own"))
}

function forth(press) {
  const change = redoable()
  if (change) takeBack(change, press)
  else answer(press, t("work_page.nothing_redo"))
}

export function takeBack(change, press) {
  return wish({ type: "undo", seq: change.seq }, press)
}

export function lastChange() {
  const words = h("span", { role: "status" })
  const line = h("div", { class: "last", "data-answers": "" }, words, mayUndo ? [undo, redo] : null)
  const update = () => {
    keep()
    const [last] = changes()
    const key = last && last.by_undo ? "work_page.undid" : "work_page.last"
    const said = last ? t(key, { time: time(last.at), who: who(last.actor), what: inWords(last) }) : t("console.nothing_done")
    if (words.textContent !== said) words.textContent = said
    const mine = undoable()
    mark(undo, mine, "console.undo_this")
    label(undo, t(!mine || mine === last ? "console.undo" : "work_page.undo_mine"))
    mark(redo, redoable(), "work_page.redo_this")
  }
  watch("changes", update)
  update()
  return line
}

function mark(press, change, key) {
  press.hidden = !change
  if (change) press.setAttribute("aria-label", t(key, { what: inWords(change) }))
}

// Ctrl+Z and Ctrl+Shift+Z, where a field does not use them itself.
export function undoKeys(event) {
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.altKey || !mayUndo) return
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, dialog")) return
  event.preventDefault()
  if (event.shiftKey) forth(redo)
  else back(undo)
}
