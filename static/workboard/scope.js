// Which sessions a view is about: all of them, or those that are ticked.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { matter, sessionName } from "./views.js"

// A folded list of ticks for `found`; none ticked is the same as all.
export function scope(found, name) {
  const sessions = matter().sessions
  const chosen = found.scope.sessions
  const words = chosen.length ? t("matrix.some_sessions", { n: chosen.length, of: sessions.length }) : t("matrix.all_sessions", { n: sessions.length })
  return h("details", { class: "scope", "data-here": `${name}-scope` },
    h("summary", {}, words),
    h("fieldset", {}, h("legend", { class: "visually-hidden" }, t("matrix.sessions")),
      sessions.map(({ session }) => {
        const tick = h("input", { type: "checkbox", checked: chosen.includes(session), "data-here": `${name}-scope/${session}` })
        tick.addEventListener("change", () => found.look({ sessions: tick.checked ? [...chosen, session] : chosen.filter((one) => one !== session) }))
        return h("label", { class: "check" }, tick, h("span", {}, sessionName(session)))
      })))
}
