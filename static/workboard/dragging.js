// Dragging slips to another theme, by mouse or finger. Whatever it does the dialogue and the keys
// do as well; a finger drags by the grip, so that the rest of the slip scrolls.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { desk, putBack } from "../staff/desk.js"
import { answer, wish } from "../staff/line.js"
import { makeTheme } from "./making.js"
import { mayRule } from "./tabs.js"

const FAR = 6 // px before a press is a drag
const EDGE = 72 // px from the window's edge where it scrolls
const PACE = 14 // px a frame

let drag = null // {line, numbers, ghost, target, x, y, pointer, began}

// `place` holds the slips and what they can be dropped on: [data-theme], [data-drop=new|alone].
export function draggable(place) {
  if (!mayRule) return
  place.addEventListener("pointerdown", (event) => press(event))
  place.addEventListener("click", (event) => dropped && (event.preventDefault(), event.stopPropagation()), true)
  place.addEventListener("dragstart", (event) => event.preventDefault())
}

let dropped = false // a drag has just ended: the click that follows it is none

function press(event) {
  const line = event.target.closest(".slip")
  if (!line || event.button || !event.isPrimary || event.target.closest("button, input")) return
  if (event.pointerType !== "mouse" && !event.target.closest(".grip")) return
  const number = line.record.contribution
  const numbers = desk.picked.has(number) ? [...desk.picked] : [number]
  drag = { line, numbers, x: event.clientX, y: event.clientY, pointer: event.pointerId, began: false }
  addEventListener("pointermove", go)
  addEventListener("pointerup", drop)
  addEventListener("pointercancel", stop)
  addEventListener("keydown", escape, true)
}

function go(event) {
  if (event.pointerId !== drag.pointer) return
  const { clientX: x, clientY: y } = event
  if (!drag.began && Math.hypot(x - drag.x, y - drag.y) < FAR) return
  if (!drag.began) begin()
  Object.assign(drag, { x, y })
  drag.ghost.style.transform = `translate(${x + 12}px, ${y + 12}px)`
  aim(targetAt(x, y))
}

function begin() {
  drag.began = true
  getSelection().removeAllRanges()
  const n = drag.numbers.length
  const words = n > 1 ? t("board.picked", { n }) : drag.line.querySelector(".words").textContent
  drag.ghost = h("div", { class: "ghost", "aria-hidden": "true", dir: "auto" }, words)
  document.body.append(drag.ghost)
  document.body.classList.add("dragging")
  drag.line.classList.add("dragged")
  requestAnimationFrame(scroll)
}

function targetAt(x, y) {
  const under = document.elementFromPoint(x, y)
  return under && under.closest("[data-theme], [data-drop]")
}

function aim(target) {
  if (drag.target === target) return
  if (drag.target) drag.target.classList.remove("aimed")
  drag.target = target
  if (target) target.classList.add("aimed")
}

function scroll() {
  if (!drag || !drag.began) return
  const tray = document.querySelector(".tray").getBoundingClientRect()
  const floor = tray.height ? tray.top : innerHeight
  const by = drag.y < EDGE ? -PACE : drag.y < floor && drag.y > floor - EDGE ? PACE : 0
  if (by) {
    scrollBy(0, by)
    aim(targetAt(drag.x, drag.y))
  }
  requestAnimationFrame(scroll)
}

async function drop(event) {
  if (event.pointerId !== drag.pointer) return
  const { began, target, numbers, line } = drag
  stop()
  if (!began) return
  dropped = true
  setTimeout(() => (dropped = false))
  if (!target) return
  if (target.dataset.drop === "new") return makeTheme(numbers)
  const theme = target.dataset.theme ? Number(target.dataset.theme) : null
  if (numbers.length === 1 && (line.record.theme || null) === theme) return
  answer(line.firstElementChild, "")
  if (await wish({ type: "place-in-theme", contributions: numbers, theme }, line.firstElementChild)) putBack()
}

function stop() {
  removeEventListener("pointermove", go)
  removeEventListener("pointerup", drop)
  removeEventListener("pointercancel", stop)
  removeEventListener("keydown", escape, true)
  if (drag.ghost) drag.ghost.remove()
  aim(null)
  drag.line.classList.remove("dragged")
  document.body.classList.remove("dragging")
  drag = null
}

function escape(event) {
  if (event.key !== "Escape") return
  event.stopPropagation()
  stop()
}
