// What stands beside a contribution's words: kind, target group, session, number, standing.
import { t } from "../lib/words.js"
import { targetGroupName } from "../staff/names.js"
import { themeTitle } from "./names.js"
import { sessions, sessionTitle } from "./work.js"

export const number = (n) => t("console.number", { number: n }).replace(" ", "\u00a0")

// With the number, and all that goes without saying.
export const origin = (it) => [...from(it, true), number(it.contribution)].join(" · ")

// In short: most are keywords, what is not says so; with one session nobody needs its name.
export const shortOrigin = (it) => from(it, false).join(" · ")

function from(it, always) {
  return [
    it.kind === "keyword" && !always ? null : t(`kind.${it.kind}`),
    targetGroupName(it.target_group),
    sessions().length > 1 || always ? sessionTitle(it.session) : null,
    (it.people || 1) > 1 ? t("count.people", { n: it.people }) : null,
  ].filter(Boolean)
}

// Why people cannot see it, "" if they can.
export function unseen({ standing, reason }) {
  if (standing === "visible") return ""
  if (standing === "hidden" && reason) return t("console.hidden_why", { reason: t(`reason.${reason}`) })
  return t(standing === "withdrawn" ? "workboard.withdrawn" : `standing.${standing}`)
}

// Its words, or that they are not shown.
export function wordsOf({ text, standing }) {
  return text || t(standing === "visible" ? "console.text_gone" : "workboard.withheld")
}

// Where it stands among the themes, and what else it says something about.
export function alsoIn({ also }) {
  return (also || []).length ? t("workboard.also_in", { themes: also.map(themeTitle).join(", ") }) : ""
}
