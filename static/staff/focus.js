// Where the focus is among the slips, so that it is not lost when a slip goes somewhere else.
let last = null // {line, list, at}: the slip that had it

export function remember(target) {
  const line = target.closest(".slip")
  if (!line) return
  const list = line.parentElement
  last = { line, list, at: [...list.children].indexOf(line) }
}

export function focusSlip(line) {
  line.querySelector("input").focus()
}

// Gives the focus, if nothing that is seen has it, to what lies where the slip lay that had it.
export function backToSlips() {
  const holder = document.activeElement
  if (holder && holder !== document.body && holder.getClientRects().length) return
  const { line, list, at } = last || {}
  if (line && line.isConnected) return focusSlip(line)
  const next = list && list.isConnected && (list.children[at] || list.lastElementChild)
  if (next) focusSlip(next)
  else headingNear(list)?.focus({ preventScroll: !list })
}

function headingNear(list) {
  const pile = list && list.closest(".pile")
  return (pile && pile.isConnected && pile.querySelector("h3, h4")) || document.querySelector("#sheets")
}

// Runs `change`, which may take away what has the focus inside `place`. Who has pressed something
// above a pile that goes away comes to the next one.
export function keepingFocus(place, change) {
  const held = document.activeElement
  if (!place.contains(held)) return change()
  const pile = held.closest(".slip") ? null : held.closest(".pile")
  const next = pile && (pile.nextElementSibling || pile.previousElementSibling)
  change()
  if (pile && !pile.isConnected && next && next.isConnected) next.querySelector("h3, h4").focus({ preventScroll: true })
  else backToSlips()
}
