// What has been done, in words: who (a role), what, when.
import { get } from "../lib/records.js"
import { say, t } from "../lib/words.js"
import { areaName } from "../staff/names.js"

export const changes = () => (get("changes") || { changes: [] }).changes

export const who = (actor) => t(`work_page.actor_${actor}`)

// Ids become names; what the catalogue has no words for is said as a change without words.
export function inWords({ words, params }) {
  const key = `work.${words}`
  const said = t(key, named(params))
  return said === key ? t("work_page.unknown_change") : said
}

const NAMES = {
  area: (id) => areaName(id),
  was_area: (id) => areaName(id),
  body: bodyName,
  recipient: bodyName,
  into: (number) => themeTitle(number),
}

function named(params) {
  const found = { ...params }
  for (const [name, value] of Object.entries(params)) {
    if (NAMES[name] && value !== null) found[name] = NAMES[name](value)
  }
  return found
}

export function bodyName(id) {
  const matter = get("matter")
  const body = matter && matter.bodies.find((body) => body.id === id)
  return body ? say(body.name).words : id
}

export function themeTitle(number) {
  const theme = get(`theme/${number}`)
  return theme ? theme.title : String(number)
}
