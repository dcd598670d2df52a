// What there is to work with: themes, what the machine suggests, and what stands alone.
import { get, keys } from "../lib/records.js"
import { say } from "../lib/words.js"
import { contribution, contributions, desk, inArea, matches } from "../staff/desk.js"

export const allThemes = () => keys("theme/").map(get)
export const theme = (number) => get(`theme/${number}`)
const groups = () => keys("group/").map(get)

export function sessionTitle(id) {
  const session = sessions().find((one) => one.session === id)
  return session ? [say(session.title).words, session.room].filter(Boolean).join(" ") : id
}

export function sessions() {
  const matter = get("matter")
  return matter ? matter.sessions : []
}

export const seenByPeople = (it) => it.standing === "visible"

const byNumber = (one, other) => one.contribution - other.contribution
const unseenLast = (one, other) => seenByPeople(other) - seenByPeople(one)

// What the area has: {themes, groups, voices}, each a pile {key, theme?, group?, all, found}; a
// theme's has `suggested` too, the numbers of those that the machine would put there.
export function piles() {
  const here = contributions().filter(inArea)
  const lots = new Map()
  for (const it of here) if (it.theme) push(lots, it.theme, it)
  const machines = groups().filter((group) => inArea(group) && !group.theme)
  const grouped = new Set(machines.flatMap((group) => group.members))
  const alone = here.filter((it) => !it.theme && !grouped.has(it.contribution))
  const offered = offers()
  return {
    themes: allThemes().filter(inArea).map((it) => ({
      ...pile(`theme-${it.theme}`, typicalFirst(lots.get(it.theme) || [], it.typical || [])),
      theme: it,
      suggested: offered.get(it.theme) || [],
    })),
    groups: machines.map((group) => ({
      ...pile(`group-${group.group}`, typicalFirst(members(group), group.quotes.map((quote) => quote.contribution))),
      group,
    })).filter(({ all }) => all.length),
    voices: pile("voices", alone.sort((one, other) => unseenLast(one, other) || byNumber(one, other))),
  }
}

// Theme -> those that it is suggested: by likeness, or come to the group it was confirmed from.
export function offers() {
  const found = new Map()
  for (const it of contributions()) {
    if (!it.theme && it.suggested && theme(it.suggested)) push(found, it.suggested, it.contribution)
  }
  for (const group of groups()) {
    const into = group.theme && theme(group.theme)
    if (!into || (into.locks || {}).members) continue
    for (const number of group.members) {
      if (!(found.get(group.theme) || []).includes(number)) push(found, group.theme, number)
    }
  }
  return found
}

function push(lots, key, it) {
  if (!lots.has(key)) lots.set(key, [])
  lots.get(key).push(it)
}

const members = (group) => group.members.map(contribution).filter((it) => it && !it.theme)

function pile(key, all) {
  return { key, all, found: desk.query ? all.filter(matches) : all }
}

function typicalFirst(its, typical) {
  const rank = new Map(typical.map((number, at) => [number, at]))
  const place = ({ contribution: number }) => rank.get(number) ?? rank.size
  return its.sort((one, other) => unseenLast(one, other) || place(one) - place(other) || byNumber(one, other))
}

export const inTheme = (number) => contributions().filter((it) => it.theme === number)
export const referringTo = (number) => contributions().filter((it) => (it.also || []).includes(number))
