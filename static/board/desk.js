// The groups of the goal area that is chosen, and what stands in none.
import { get, keys } from "../lib/records.js"
import { contributions, desk, inArea, matches } from "../staff/desk.js"

// The groups of the area in the order of their places.
export function groups() {
  return keys("group/").map(get).filter(inArea).sort((one, other) => one.place - other.place)
}

export const ofArea = (name) => get(`${name}/${desk.area}`)

// Each group with its contributions, then the single voices and what waits: [{key, group, all, found}].
export function piles() {
  const lots = new Map()
  for (const it of contributions()) {
    if (!inArea(it)) continue
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

// Those that the group is quoted by, then those that people have put there, then as sure as they are.
function typicalFirst(members, { quotes }) {
  const rank = new Map(quotes.map((quote, at) => [quote.contribution, at]))
  const last = quotes.length
  const sure = (it) => (it.pinned ? 1 : it.sure || 0)
  const place = (it) => (rank.has(it.contribution) ? rank.get(it.contribution) : last)
  return members.sort((one, other) =>
    place(one) - place(other) || sure(other) - sure(one) || one.contribution - other.contribution)
}
