// What stands beside a contribution's words: kind, target group, session, number, standing.
import { t } from "../lib/words.js"
import { targetGroupName } from "../staff/names.js"
import { themeTitle } from "./names.js"
import { sessions, sessionTitle } from "./work.js"

export const number = (n) => t("console.number", { number: n }).replace(" ", "\u00a0")

// Most are keywords; what is not says so. With one session nobody needs its name.
export function origin(it, always = false) {
  return [
    it.kind === "keyword" && !always ? null : t(`kind.${it.kind}`),
    targetGroupName(it.target_group),
    sessions().length > 1 || always ? sessionTitle(it.session) : null,
    (it.people || 1) > 1 ? t("count.people", { n: it.people }) : null,
    number(it.contribution),
  ].filter(Boolean).join(" · ")
}

// Why people cannot see it, "" if they can.
export function unseen({ standing, reason }) {
  if (standing === "visible") return ""
  if (standing === "hidden" && reason) return t("console.hidden_why", { reason: t(`reason.${reason}`) })
  return t(standing === "withdrawn" ? "workboard.withdrawn" : `standing.${standing}`)
}

// Where it stands among the themes, and what else it says something about.
export function alsoIn({ also }) {
  return (also || []).length ? t("workboard.also_in", { themes: also.map(themeTitle).join(", ") }) : ""
}
