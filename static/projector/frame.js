// What stands around every screen: question and code above, state and page below.
import { get } from "../lib/records.js"
import { h } from "../lib/element.js"
import { locale, t } from "../lib/words.js"
import { settle } from "./fit.js"
import { morph } from "./morph.js"
import { address, figure, text, timer } from "./parts.js"

// Puts the layout and the head in place; the rest of the page has what room they leave.
export function stand(page) {
  Object.assign(document.body.dataset, { layout: page.layout, area: page.area || 0 })
  const header = document.querySelector("header")
  morph(header, page.layout === "blank" ? [] : masthead(get("meeting"), page))
  settle(header)
}

function masthead(meeting, page) {
  return [
    h("div", { class: "subject" },
      page.area ? h("span", { class: "numeral" }, String(page.area)) : null,
      h("div", { class: "question" },
        page.kicker ? text("p", { class: "kicker" }, page.kicker) : null,
        page.title ? text("h1", { class: page.style, "data-shrink": "" }, page.title) : null,
        ...(page.lead || []))),
    page.hero || get("stage").ended ? null : h("div", { class: "join" },
      h("p", { class: "address" }, address()),
      meeting.code ? h("p", { class: "code" }, spaced(meeting.code)) : null,
      page.timed ? timer(page.isClosed) : null),
  ].filter(Boolean)
}

// ABC-DEFG: three and four are easier to keep in mind.
export function spaced(code) {
  return code.includes("-") || code.length !== 7 ? code : `${code.slice(0, 3)}-${code.slice(3)}`
}

export function foot({ meeting, stage, held, lostAt, pages, note }) {
  return [
    meeting.rehearsal ? h("p", { class: "rehearsal" }, t("proj.rehearsal")) : null,
    state(stage, held, lostAt, note),
    pages.count > 1 ? h("p", { class: "turn" }, turn(pages)) : null,
  ].filter(Boolean)
}

function state(stage, held, lostAt, note) {
  const said = lostAt ? [h("span", {}, lost(lostAt))] : [
    stage.paused ? h("strong", {}, t("proj.paused")) : null,
    note ? h("span", {}, note) : null,
    held && !stage.ended ? h("span", {}, figure("proj.held", held)) : null,
  ].filter(Boolean)
  return h("p", { class: "state", role: "status", "data-trim": "" }, said)
}

function lost(at) {
  const time = at.toLocaleTimeString(locale, { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Stockholm" })
  return t("proj.lost", { time })
}

function turn(pages) {
  const words = t("proj.page", { n: pages.place + 1, total: pages.count })
  return pages.paused ? `${words} · ${t("proj.turning_paused")}` : words
}

export function isWide() {
  return matchMedia("(min-aspect-ratio: 3/2)").matches
}
