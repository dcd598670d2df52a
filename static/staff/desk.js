// What lies on the desk: the goal area that is chosen, and which contributions are picked out or
// searched for.
import { get, records } from "../lib/records.js"
import { language } from "../lib/words.js"

export const desk = { area: null, query: "", picked: new Set(), printing: false }

const listeners = new Set()
let due = 0

// `fn` is called, once a frame at most, when something on the desk may look different.
export function drawn(fn) {
  listeners.add(fn)
}

export function redraw() {
  due ||= requestAnimationFrame(() => {
    due = 0
    for (const fn of listeners) fn()
  })
}

export function pick(number, is) {
  if (is) desk.picked.add(number)
  else desk.picked.delete(number)
  redraw()
}

export function putBack() {
  desk.picked.clear()
  redraw()
}

export function contribution(number) {
  return get(`contribution/${number}`)
}

export function contributions() {
  return [...records].filter(([key]) => key.startsWith("contribution/")).map(([, it]) => it)
}

export const inArea = (it) => (it.area || "") === desk.area

export function matches({ text }) {
  return text.toLocaleLowerCase(language).includes(desk.query)
}
