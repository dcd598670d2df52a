// Two versions side by side, or the room's grouping beside what the presidium made of it, with the
// reasons that were given.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { areaChip, areaName } from "../staff/names.js"
import { ask, refusal } from "../staff/post.js"
import { inWords as changeInWords, who } from "./changes.js"
import { addressOf, fold, inWords, labelled, part, press, select, themeName } from "./views.js"

const HALL = "hall"
const NOW = "now"

export class Differences {
  constructor() {
    this.from = HALL
    this.to = NOW
    this.found = null
    this.said = ""
    this.choosing = h("div", {})
    this.table = h("div", { class: "difference" })
    this.element = h("section", { class: "differences" }, h("h3", {}, t("document.differences")), h("p", { class: "note" }, t("document.differences_help")), this.choosing, this.table)
  }

  draw(versions) {
    part(this.choosing, [versions.map(({ version, of }) => [version, of]), this.from, this.to, this.said], () => this.choices(versions))
    part(this.table, this.found, () => this.found && this.drawn(this.found))
  }

  choices(versions) {
    const named = versions.map(({ version, of }) => [String(version), `${t("document.version_n", { n: version })}, ${t(`document.of_${of}`)}`])
    const from = select(t("document.from"), [[HALL, t("document.hall")], ...named], this.from, (value) => (this.from = value), { "data-here": "difference-from" })
    const to = select(t("document.to"), [[NOW, t("document.now")], ...named], this.to, (value) => (this.to = value), { "data-here": "difference-to" })
    return h("div", { class: "inline" }, labelled(t("document.from"), from), labelled(t("document.to"), to),
      press(t("document.compare"), (button) => this.compare(button, versions), "", { "data-here": "difference-go" }),
      h("p", { class: "answer", role: "alert" }, this.said))
  }

  async compare(button, versions) {
    button.setAttribute("aria-busy", "true")
    const answer = await ask(addressOf("difference", { from: this.from, to: this.to }))
    button.removeAttribute("aria-busy")
    this.said = answer.ok ? "" : refusal(answer)
    this.found = answer.ok ? answer.body : null
    this.draw(versions)
  }

  drawn(found) {
    const before = new Map(found.was.map((one) => [one.part, one]))
    const gone = found.was.filter((one) => one.fates.includes("gone") || one.fates.includes("merged"))
    const rows = found.now.filter((one) => one.fates.length || found.what === HALL)
    const same = found.now.length - rows.length
    return [
      h("p", {}, [t("document.moved_n", { n: found.moves.length }), t("document.redecided_n", { n: found.decided.length }), t("document.carried_n", { n: found.carried.length }), same ? t("document.same_n", { n: same }) : ""].filter(Boolean).join(" ")),
      rows.length || gone.length ? null : h("p", { class: "nothing-yet" }, t("document.no_difference")),
      rows.length || gone.length ? h("div", { class: "scroller", role: "region", tabindex: "0", "aria-label": t("document.differences"), "data-scrolls": "" },
        h("table", {}, h("caption", { class: "visually-hidden" }, t("document.differences")),
          h("thead", {}, h("tr", {}, [found.what === HALL ? "document.in_the_hall" : "document.before", "document.after", "document.happened"].map((key) => h("th", { scope: "col" }, t(key))))),
          h("tbody", {}, rows.map((one) => row(one, before)), gone.map((one) => goneRow(one))))) : null,
    ]
  }
}

function row(one, before) {
  const parts = Object.entries(one.came_from).filter(([part]) => part !== "0").map(([part, n]) => [before.get(Number(part)), n]).filter(([it]) => it)
  const loose = one.came_from[0]
  return h("tr", {},
    h("td", {}, parts.length || loose ? h("ul", {}, parts.map(([it, n]) => h("li", {}, h("span", { dir: "auto" }, it.title || t("goal.untitled")), " ", h("span", { class: "count" }, t("document.of_n", { n, of: it.contributions })))),
      loose ? h("li", { class: "note" }, t("document.loose", { n: loose })) : null) : h("span", { class: "note" }, t("document.was_not"))),
    h("td", {}, h("p", {}, h("b", { dir: "auto" }, one.title)), h("p", {}, areaChip(one.area), " ", h("span", { class: "count" }, t("count.contributions", { n: one.contributions })))),
    h("td", {}, happened(one), reasons(one.reasons)))
}

function goneRow(one) {
  const to = Object.entries(one.to).map(([theme, n]) => `${theme === "0" ? t("document.no_theme") : themeName(Number(theme))} (${n})`)
  return h("tr", {},
    h("td", {}, h("p", {}, h("b", { dir: "auto" }, one.title || t("goal.untitled"))), h("p", {}, areaChip(one.area), " ", h("span", { class: "count" }, t("count.contributions", { n: one.contributions })))),
    h("td", { class: "note" }, to.length ? t("document.went_to", { themes: inWords(to) }) : t("document.stands_no_more")),
    h("td", {}, happened(one)))
}

function happened(one) {
  return one.fates.length
    ? h("p", {}, one.fates.map((fate) => [h("span", { class: "mark" }, t(`document.fate_${fate}`)), " "]),
      one.was_title ? h("span", { class: "note", dir: "auto" }, t("document.was_called", { title: one.was_title })) : null,
      one.was_area ? h("span", { class: "note" }, " ", t("document.was_in", { area: areaName(one.was_area) })) : null)
    : h("p", { class: "note" }, t("document.unchanged"))
}

function reasons(changes) {
  if (!changes || !changes.length) return null
  return fold(`reasons/${changes[0].seq}`, t("document.reasons", { n: changes.length }),
    h("ul", {}, changes.map((change) => h("li", {}, `${who(change.actor)}: ${changeInWords(change)}`, change.why ? h("q", { class: "why", dir: "auto" }, change.why) : null))))
}
