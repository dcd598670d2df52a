// A sheet with slips on it. Who extends it says how a slip is made and drawn (`makeLine`,
// `drawLine`), how many are shown at first (`first`), and what stands above them (`begin`, which
// sets `this.head` with its `show(pile)`, and appends).
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { desk } from "./desk.js"
import { keep } from "./keyed.js"
import { button, label } from "./press.js"

const FOUND = 50

export class Sheet extends HTMLElement {
  connectedCallback() {
    if (this.list) return
    this.classList.add("pile")
    this.list = h("ol", { class: "slips" })
    this.none = h("p", { class: "note" })
    this.rest = button("", () => this.unfold(), "", "quiet rest")
    this.list.addEventListener("focusin", (event) => this.reach(event.target.closest(".slip")))
  }

  // `pile`: {key, all, found}, and what it is a pile of.
  show(pile) {
    this.pile = pile
    if (!this.head) {
      const id = `pile-${pile.key}`
      this.setAttribute("role", "group")
      this.setAttribute("aria-labelledby", id)
      this.begin(pile, id)
    }
    this.head.show(pile)
    const first = this.first(pile)
    const most = this.open || desk.printing ? Infinity : desk.query ? FOUND : first
    const shown = pile.found.slice(0, most)
    if (!shown.some((it) => it.contribution === this.reached)) this.reached = shown[0] && shown[0].contribution
    keep(this.list, shown, (it) => it.contribution, this.makeLine, (line, it) =>
      this.drawLine(line, it, it.contribution === this.reached))
    const hidden = pile.found.length - shown.length
    this.rest.hidden = !hidden && !(this.open && pile.found.length > first)
    if (!this.rest.hidden) {
      label(this.rest, hidden ? t("board.show_all", { n: pile.found.length }) : t("board.show_fewer", { n: first }))
    }
    this.rest.setAttribute("aria-expanded", String(!hidden))
    this.none.hidden = pile.all.length > 0
    this.hidden = Boolean(desk.query) && !pile.found.length
  }

  unfold() {
    this.open = !this.open
    this.show(this.pile)
  }

  // One Tab stop a sheet; arrows go from slip to slip.
  reach(line) {
    if (!line || this.reached === line.record.contribution) return
    this.reached = line.record.contribution
    for (const one of this.list.children) this.drawLine(one, one.record, one === line)
  }
}
