// What bodies, themes and dispositions are called.
import { get } from "../lib/records.js"
import { t } from "../lib/words.js"

const SHORT = { goal: "goal", programme: "sup", "internal-goal": "internal", handover: "handover", "other-authority": "other", parked: "parked" }

// A name as it is where there is no such id.
export function bodyName(id) {
  const matter = get("matter")
  const body = matter && matter.bodies.find((body) => body.id === id)
  return body ? body.name : id
}

export function themeTitle(number) {
  const theme = get(`theme/${number}`)
  return theme ? theme.title : String(number)
}

// A disposition in few words.
export function decided(disposition) {
  if (!disposition) return t("board.disp_none")
  const { kind, recipient, internal } = disposition
  const said = t(`workboard.disp_${SHORT[kind]}`)
  if (recipient) return `${said}: ${bodyName(recipient)}`
  return internal ? `${said}: ${t(`workboard.internal_${internal}`)}` : said
}
