// What lies on the desk: the goal area that is chosen, its groups, and which contributions are
// picked out or searched for.
import { get, keys, records } from "../lib/records.js"
import { language } from "../lib/words.js"

export const desk = { area: null, query: "", picked: new Set() }

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

// The groups of the area in the order of their places.
export function groups() {
  const here = keys("group/").map(get).filter((group) => (group.area || "") === desk.area)
  return here.sort((one, other) => one.place - other.place)
}

export const ofArea = (name) => get(`${name}/${desk.area}`)

// Each group with its contributions, then the single voices and what waits: [{key, group, all, found}].
export function piles() {
  const lots = new Map()
  for (const it of contributions()) {
    if ((it.area || "") !== desk.area) continue
    const key = it.group || (it.waiting ? "waiting" : "voices")
    if (!lots.has(key)) lots.set(key, [])
    lots.get(key).push(it)
  }
  const sorted = groups().map((group) => pile(group.group, typicalFirst(lots.get(group.group) || [], group), group))
  return [...sorted, pile("voices", lots.get("voices") || []), pile("waiting", lots.get("waiting") || [])]
}

function pile(key, all, group = null) {
  return { key, group, all, found: desk.query ? all.filter(matches) : all }
}

function matches({ text }) {
  return text.toLocaleLowerCase(language).includes(desk.query)
}

// Those that the group is quoted by, then those that people have put there, then as sure as they are.
function typicalFirst(members, { quotes }) {
  const rank = new Map(quotes.map((quote, at) => [quote.contribution, at]))
  const last = quotes.length
  const sure = (it) => (it.pinned ? 1 : it.sure || 0)
  const place = (it) => (rank.has(it.contribution) ? rank.get(it.contribution) : last)
  return members.sort((one, other) =>
    place(one) - place(other) || sure(other) - sure(one) || one.contribution - other.contribution)
}
