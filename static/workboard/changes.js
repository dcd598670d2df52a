// What has been done, in words: who (a role), what, when.
import { get } from "../lib/records.js"
import { t } from "../lib/words.js"
import { areaName } from "../staff/names.js"
import { bodyName, decided } from "./names.js"

export const changes = () => (get("changes") || { changes: [] }).changes

export const who = (actor) => t(`work_page.actor_${actor}`)

// Ids become names; what the catalogue has no words for is said as a change without words.
export function inWords({ words, params }) {
  const key = `work.${words}`
  const said = t(key, named(params))
  return said === key ? t("work_page.unknown_change") : said
}

const NAMES = { area: areaName, body: bodyName, recipient: bodyName }

function named(params) {
  const found = { ...params }
  for (const [name, value] of Object.entries(params)) {
    if (NAMES[name] && value !== null) found[name] = NAMES[name](value)
  }
  const { disposition: kind, recipient, internal } = params
  return kind ? { ...found, disposition: decided({ kind, recipient, internal }) } : found
}
