// All about one contribution: its words as they were written, where it stands and why, the note.
import { h } from "../lib/element.js"
import { drawTranslations } from "../lib/translated.js"
import { t } from "../lib/words.js"
import { contribution } from "../staff/desk.js"
import { field } from "../staff/field.js"
import { keep } from "../staff/keyed.js"
import { seen, wish } from "../staff/line.js"
import { areaName } from "../staff/names.js"
import { button } from "../staff/press.js"
import { translate } from "../staff/translating.js"
import { show, top } from "./asking.js"
import { origin, unseen, wordsOf } from "./about.js"
import { decided, themeTitle } from "./names.js"
import { decide } from "./deciding.js"
import { move, refer } from "./moving.js"
import { mayRule } from "./tabs.js"
import { get } from "../lib/records.js"

const NOTE = 2000

// `writing`: the focus goes to the note.
export function aboutCard(number, writing = false) {
  const it = contribution(number)
  if (!it) return
  const id = `about-${number}`
  const facts = h("dl", { class: "facts" })
  const also = h("ul", { class: "also" })
  const words = h("p", { class: "words original", dir: "auto", lang: it.language })
  const beside = h("div", { class: "beside" })
  const unchanged = h("p", { class: "note" }, t("workboard.never_changed"))
  const noted = note(number)
  const instead = (act) => (press) => {
    press.closest("dialog").close()
    act()
  }
  const dialog = h("dialog", { "aria-labelledby": id, class: "about-dialog" },
    top(id, t("workboard.contribution_n", { number })),
    words, beside, unchanged,
    facts,
    mayRule ? h("div", { class: "acts" },
      button("board.move_to", instead(() => move([number])), "", "quiet"),
      button("workboard.decide", instead(() => decide({ contributions: [number] })), "", "quiet"),
      button("workboard.refer", instead(() => refer(number)), "", "quiet"),
      button("translate.open", instead(() => translate(contribution(number))), "", "quiet")) : null,
    also, noted.element)
  show(dialog, () => {
    const now = contribution(number)
    if (!now) return
    const lines = factsOf(now)
    if (words.textContent !== wordsOf(now)) words.textContent = wordsOf(now)
    unchanged.hidden = now.standing !== "visible"
    drawTranslations(beside, now)
    keep(facts, lines, ([key]) => key, ([key]) => h("div", {}, h("dt", {}, t(`workboard.${key}`)), h("dd", {})),
      (line, [, words]) => line.lastChild.textContent === words || (line.lastChild.textContent = words))
    keep(also, now.also || [], (theme) => theme, (theme) => reference(number, theme))
    noted.follow(now)
  })
  if (writing) noted.focus()
}

function factsOf(it) {
  const group = it.group && get(`group/${it.group}`)
  return [
    ["fact_origin", origin(it)],
    ["fact_channel", t(`channel.${it.channel}`)],
    ["fact_standing", unseen(it) || t("standing.visible")],
    ["fact_area", [areaName(it.area), it.own_area && it.own_area !== it.area ? t("workboard.written_under", { area: areaName(it.own_area) }) : ""].filter(Boolean).join(" · ")],
    ["fact_theme", it.theme ? themeTitle(it.theme) : t("workboard.in_no_theme")],
    ["fact_machine", group ? t("workboard.machine_put", { title: group.title || t("board.untitled") }) : it.suggested ? t("workboard.suggested_to", { theme: themeTitle(it.suggested) }) : ""],
    ["fact_disposition", [decided(it.disposition), it.disposition ? t(it.own ? "workboard.own_disposition" : "workboard.its_themes") : "", it.disposition_reason || ""].filter(Boolean).join(" · ")],
    ["fact_read", it.read ? t(`workboard.verdict_${it.read}`) : t("workboard.not_read")],
  ].filter(([, words]) => words)
}

function reference(number, theme) {
  const off = button("workboard.refer_off", () =>
    wish({ type: "refer-contribution", contribution: number, theme, linked: false }, off), "", "quiet")
  return h("li", { "data-answers": "" }, h("span", {}, t("workboard.also_in", { themes: themeTitle(theme) })), mayRule ? off : null)
}

// The note is kept while somebody else changes it; then both are seen.
function note(number) {
  const { note: was = "" } = contribution(number)
  const text = h("textarea", { rows: "3", maxlength: String(NOTE), dir: "auto", disabled: !mayRule })
  text.value = was
  let began = seen()
  let shown = was
  const other = h("p", { class: "note", role: "status", hidden: true })
  const save = h("button", { type: "submit" }, t("workboard.save_note"))
  const form = h("form", { class: "asked", "data-answers": "" }, field(t("workboard.note"), text), other, mayRule ? save : null)
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    const { read, reader } = contribution(number)
    const command = { type: "mark-read", contribution: number, reader: reader || 1, verdict: read || "note", note: text.value, seen: began }
    if (await wish(command, save)) return form.closest("dialog").close()
    began = seen()
  })
  return {
    element: form,
    focus: () => text.focus(),
    follow({ note: now = "" }) {
      if (now === shown) return
      if (text.value === shown) text.value = now
      else other.textContent = t("workboard.note_now", { note: now })
      other.hidden = !other.textContent
      shown = now
    },
  }
}
