// <board-pile>: a sheet with slips on it: a group, the single voices, or what waits.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { desk } from "../staff/desk.js"
import { keep } from "../staff/keyed.js"
import { button, label } from "../staff/press.js"
import { GroupHead } from "./group.js"
import { drawSlip, makeSlip } from "./slips.js"

const FIRST = 8
const FOUND = 50

class BoardPile extends HTMLElement {
  connectedCallback() {
    if (this.list) return
    this.classList.add("pile")
    this.list = h("ol", { class: "slips" })
    this.none = h("p", { class: "note" })
    this.rest = button("", () => this.unfold(), "", "quiet rest")
    this.list.addEventListener("focusin", (event) => this.reach(event.target.closest(".slip")))
  }

  // Draws `pile`, one of those from desk.piles().
  show(pile) {
    this.pile = pile
    if (!this.head) this.begin(pile)
    this.head.show(pile)
    const most = this.open ? Infinity : desk.query ? FOUND : FIRST
    const shown = pile.found.slice(0, most)
    if (!shown.some((it) => it.contribution === this.reached)) this.reached = shown[0] && shown[0].contribution
    keep(this.list, shown, (it) => it.contribution, makeSlip, (line, it) =>
      drawSlip(line, it, it.contribution === this.reached))
    const hidden = pile.found.length - shown.length
    this.rest.hidden = !hidden && !(this.open && pile.found.length > FIRST)
    if (!this.rest.hidden) {
      label(this.rest, hidden ? t("board.show_all", { n: pile.found.length }) : t("board.show_fewer", { n: FIRST }))
    }
    this.rest.setAttribute("aria-expanded", String(!hidden))
    this.none.hidden = pile.all.length > 0
    this.hidden = Boolean(desk.query) && !pile.found.length
  }

  begin({ key, group }) {
    const id = `pile-${key}`
    this.setAttribute("role", "group")
    this.setAttribute("aria-labelledby", id)
    this.head = group ? new GroupHead(group, id) : new PlainHead(key, id)
    this.none.textContent = t(group ? "board.empty_group" : `board.no_${key}`)
    this.append(this.head.element, this.none, this.list, this.rest)
    if (this.head.more) this.append(this.head.more)
  }

  unfold() {
    this.open = !this.open
    this.show(this.pile)
  }

  // One Tab stop a sheet; arrows go from slip to slip.
  reach(line) {
    if (!line || this.reached === line.record.contribution) return
    this.reached = line.record.contribution
    for (const one of this.list.children) drawSlip(one, one.record, one === line)
  }
}

class PlainHead {
  constructor(key, id) {
    this.key = key
    this.heading = h("h3", { id, tabindex: "-1" })
    this.element = h("header", {}, this.heading, h("p", { class: "note" }, t(`board.${key}_help`)))
  }

  show({ all }) {
    const words = t(`board.${this.key}`, { n: all.length })
    if (this.heading.textContent !== words) this.heading.textContent = words
  }
}

customElements.define("board-pile", BoardPile)
