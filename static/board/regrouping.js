// <board-regrouping>: who grouped the area and how far, and the wish to group it anew.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { desk, redraw } from "../staff/desk.js"
import { groupedBy, waitingWords } from "../staff/grouping.js"
import { wish } from "../staff/line.js"
import { button } from "../staff/press.js"
import { ofArea } from "./desk.js"

const MOST = 40
const FEWEST = 2
const UNKNOWN = 8 // where the slider stands before the machine has said what it would choose
const LATE = 10000 // ms after which an answer is late

class BoardRegrouping extends HTMLElement {
  connectedCallback() {
    this.by = h("p", {})
    this.far = h("p", { class: "note" })
    this.slider = h("input", { type: "range", min: String(FEWEST), max: String(MOST), step: "1", list: "own-choice", id: "most" })
    this.ticks = h("datalist", { id: "own-choice" }, h("option", {}))
    this.said = h("output", { for: "most" })
    this.apart = h("input", { type: "checkbox" })
    this.press = button("board.regroup", () => this.ask())
    this.form = h("div", { class: "asking", "data-answers": "" },
      h("label", { for: "most" }, t("board.most")), this.said, this.slider, this.ticks,
      h("label", { class: "check" }, this.apart, h("span", {}, t("board.apart"))),
      h("p", { class: "note" }, t("board.regroup_help")),
      this.press)
    this.state = h("p", { role: "status" })
    this.drop = button("board.regroup_drop_asked", () => wish({ type: "drop-regrouping", area: desk.area || null }, this.drop), "", "quiet")
    this.waits = h("div", { class: "waits", "data-answers": "", hidden: true }, this.drop)
    this.append(this.by, this.far, this.state, this.waits,
      h("details", { class: "on-wide" }, h("summary", {}, t("board.regrouping")), this.form))
    this.slider.addEventListener("input", () => {
      this.touched = true
      this.say()
    })
    this.apart.addEventListener("change", () => (this.touched = true))
  }

  draw() {
    const grouping = ofArea("grouping")
    this.by.textContent = groupedBy(grouping)
    this.far.textContent = grouping ? [...waitingWords(grouping), t("board.singles_n", { n: grouping.singles || 0 })].join(" · ") : ""
    this.follow(grouping || {})
    const asked = ofArea("regrouping")
    const ready = Boolean(asked && asked.proposal)
    this.form.parentElement.hidden = Boolean(asked)
    this.waits.hidden = !asked || ready
    this.wait(asked && !ready)
    const words = ready ? t("board.proposal_ready") : asked ? t(this.late ? "board.regroup_late" : "board.regroup_at_work") : ""
    if (this.state.textContent !== words) this.state.textContent = words
  }

  // An answer that does not come means that the machine is away; everything else goes on.
  wait(does) {
    if (does && !this.timer) this.timer = setTimeout(() => {
      this.late = true
      redraw()
    }, LATE)
    if (does) return
    clearTimeout(this.timer)
    this.timer = this.late = undefined
  }

  // Shows what holds in the area, unless somebody has begun to choose.
  follow({ most, default_most: own, apart }) {
    const drawn = JSON.stringify([desk.area, most, own, apart])
    if (drawn === this.drawn) return
    const sameArea = this.area === desk.area
    this.drawn = drawn
    this.area = desk.area
    this.own = own || null
    this.ticks.firstChild.value = String(own || UNKNOWN)
    if (sameArea && this.touched) return this.say()
    this.touched = false
    this.slider.value = String(most || own || UNKNOWN)
    this.apart.checked = Boolean(apart)
    this.chosen = most || null
    this.say()
  }

  // At the machine's own choice the slider leaves the choice to it.
  most() {
    const value = Number(this.slider.value)
    if (!this.touched && !this.chosen) return null
    return value === this.own ? null : value
  }

  say() {
    const most = this.most()
    const words = most ? t("board.at_most", { n: most }) : this.own ? t("board.machine_chooses", { n: this.own }) : t("board.machine_chooses_any")
    this.said.textContent = words
    this.slider.setAttribute("aria-valuetext", words)
  }

  async ask() {
    const wanted = { most: this.most(), apart: this.apart.checked }
    if (await wish({ type: "ask-regrouping", area: desk.area || null, ...wanted }, this.press)) this.touched = false
  }
}

customElements.define("board-regrouping", BoardRegrouping)
