// <board-proposal>: what grouping the area anew would do, before anybody has said yes.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { t } from "../lib/words.js"
import { contribution, contributions, desk } from "../staff/desk.js"
import { groupedBy } from "../staff/grouping.js"
import { wish } from "../staff/line.js"
import { button } from "../staff/press.js"
import { groups, ofArea } from "./desk.js"

const FIRST = 20

class BoardProposal extends HTMLElement {
  connectedCallback() {
    this.heading = h("h2", { tabindex: "-1" }, t("board.proposal"))
    this.sums = h("p", { class: "sums" })
    this.stays = h("p", { class: "note" })
    this.groups = h("tbody", {})
    this.table = h("table", { class: "numerals" },
      h("caption", { class: "visually-hidden" }, t("board.before_after")),
      h("thead", {}, h("tr", {}, ["board.group", "board.now", "board.then"].map((key) => h("th", { scope: "col" }, t(key))))),
      this.groups)
    this.moves = h("div", { class: "proposed-moves" })
    const answerTo = (type) => ({ type, area: desk.area || null, ...(type === "apply-regrouping" ? { proposal: this.record.proposal } : {}) })
    this.apply = button("board.apply", () => this.decide(answerTo("apply-regrouping"), this.apply), "", "primary")
    this.drop = button("board.drop", () => this.decide(answerTo("drop-regrouping"), this.drop), "", "quiet")
    this.append(h("section", { class: "proposal", "aria-label": t("board.proposal") },
      this.heading, this.sums, this.stays,
      h("div", { class: "acts", "data-answers": "" }, this.apply, this.drop),
      h("div", { class: "sides" }, this.table, this.moves)))
    this.hidden = true
  }

  async decide(command, press) {
    if (!(await wish(command, press))) return
    document.querySelector("#sheets").focus({ preventScroll: true })
  }

  draw() {
    const record = ofArea("regrouping")
    this.hidden = !record || !record.proposal
    if (this.hidden || record === this.record) return
    this.record = record
    const moves = record.moves || []
    const fates = record.groups || []
    const count = (fate) => fates.filter((group) => group.fate === fate).length
    const sums = [["moves", moves.length], ["new", count("new")], ["gone", count("gone")]]
    this.sums.textContent = sums.filter(([what, n]) => n || what === "moves").map(([what, n]) => t(`board.sum_${what}`, { n })).join(" ")
    this.stays.textContent = [stays(), t("board.nothing_yet"), record.model ? groupedBy(record) : ""].filter(Boolean).join(" ")
    this.groups.replaceChildren(...fates.map(row))
    this.drawMoves(moves, new Map(fates.map((group) => [group.group, group.title])))
  }

  // Those that would go the same way together, the largest flow first.
  drawMoves(moves, titles) {
    const flows = new Map()
    for (const { contribution: number, was = null, to = null } of moves) {
      const way = `${was}>${to}`
      if (!flows.has(way)) flows.set(way, { was, to, numbers: [] })
      flows.get(way).numbers.push(number)
    }
    const name = (group, called) => (group === null ? t("board.single_voices") : called || title(group))
    const sorted = [...flows.values()].sort((one, other) => other.numbers.length - one.numbers.length)
    this.moves.replaceChildren(
      h("h3", {}, t("board.what_moves")),
      moves.length ? "" : h("p", { class: "note" }, t("board.nothing_moves")),
      ...sorted.map((flow) => h("details", {},
        h("summary", {}, t("board.flow", { n: flow.numbers.length, from: name(flow.was), to: name(flow.to, titles.get(flow.to)) })),
        texts(flow.numbers))))
  }
}

function title(number) {
  const group = get(`group/${number}`)
  return (group && group.title) || t("change.a_group")
}

function texts(numbers) {
  const items = numbers.slice(0, FIRST).map(contribution).filter(Boolean)
  return h("ul", {},
    items.map((it) => h("li", { dir: "auto", lang: it.language }, it.text)),
    numbers.length > FIRST ? h("li", { class: "note" }, t("board.and_more", { n: numbers.length - FIRST })) : null)
}

// What people have said stays, in numbers.
function stays() {
  const pinned = contributions().filter((it) => (it.area || "") === desk.area && it.pinned).length
  const locked = groups().filter(({ locks = {} }) => locks.name || locks.members || locks.existence).length
  return t("board.stays", { pinned: t("console.contributions", { n: pinned }), locked: t("board.groups_n", { n: locked }) })
}

// People know a group by what it is called now.
function row({ group, fate, title: then, had, has }) {
  const now = fate === "kept" ? title(group) : then
  return h("tr", { class: fate },
    h("th", { scope: "row" }, now || t("board.untitled"),
      then && then !== now ? h("span", { class: "note" }, t("board.called_then", { title: then })) : null,
      fate === "kept" ? null : h("b", { class: "mark" }, t(`board.fate_${fate}`))),
    h("td", {}, fate === "new" ? "–" : String(had)),
    h("td", {}, fate === "gone" ? "–" : String(has)))
}

customElements.define("board-proposal", BoardProposal)
