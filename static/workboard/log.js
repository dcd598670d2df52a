// Ändringslogg: who did what, when and why, newest first, each line with its undo.
import { h } from "../lib/element.js"
import { config, t, tag } from "../lib/words.js"
import { keep } from "../staff/keyed.js"
import { SWEDEN } from "../staff/names.js"
import { button } from "../staff/press.js"
import { changes, inWords, who } from "./changes.js"
import { mayRule, mayUndo } from "./tabs.js"
import { takeBack } from "./undoing.js"

const when = new Intl.DateTimeFormat(tag, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: SWEDEN })

export function mount(place) {
  const list = h("ol", { class: "log" })
  const none = h("p", { class: "note" }, t("console.nothing_done"))
  place.append(h("h2", {}, t("work_page.tab_logg")), h("p", { class: "note" }, t("work_page.log_help")), none, list)
  return {
    draw() {
      none.hidden = changes().length > 0
      keep(list, changes(), (change) => change.seq, line, drawLine)
    },
  }
}

function line(change) {
  const undo = button(change.by_undo ? "work_page.redo" : "console.undo", () => takeBack(change, undo), "", "quiet")
  undo.setAttribute("aria-label", t(change.by_undo ? "work_page.redo_this" : "console.undo_this", { what: inWords(change) }))
  return h("li", { "data-answers": "" },
    h("time", { class: "numerals", datetime: new Date(change.at).toISOString() }, when.format(change.at)),
    h("span", { class: "who" }, who(change.actor)),
    h("span", { class: "what" },
      change.by_undo ? t("work_page.undid_what", { what: inWords(change) }) : inWords(change),
      change.why ? h("q", { class: "why", dir: "auto" }, change.why) : null),
    undo)
}

function drawLine(place, change) {
  const may = mayRule || (mayUndo && change.actor === config.role)
  place.querySelector("button").hidden = !change.undoable || !may
}
