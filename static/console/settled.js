// <settled-slips>: what has been shown, and what has been hidden, and why.
import { h } from "../lib/element.js"
import { watch } from "../lib/records.js"
import { t } from "../lib/words.js"
import { keep } from "../staff/keyed.js"
import { wish } from "../staff/line.js"
import { button, label } from "../staff/press.js"
import { act, drawSlip, keepingFocus, slipKeys, slipLine, slipsOf } from "./slips.js"

class SettledSlips extends HTMLElement {
  connectedCallback() {
    this.view = "recent"
    this.tabs = ["recent", "hidden"].map((view) => {
      const press = button("", () => {
        this.view = view
        this.update()
      }, "", "quiet")
      press.dataset.view = view
      return press
    })
    this.list = h("ol", { class: "slips" })
    this.append(h("div", { class: "views", role: "group", "aria-label": t("console.settled"), "data-focus": "", tabindex: "-1" }, this.tabs), this.list)
    this.addEventListener("keydown", slipKeys)
    this.stop = watch("", () => this.update())
    this.update()
  }

  disconnectedCallback() {
    this.stop()
  }

  update() {
    const shown = slipsOf("recent").filter((slip) => slip.standing === "visible")
    const lists = { recent: shown, hidden: slipsOf("hidden") }
    for (const press of this.tabs) {
      press.setAttribute("aria-pressed", String(press.dataset.view === this.view))
      label(press, t(`console.${press.dataset.view}`, { n: lists[press.dataset.view].length }))
    }
    const key = (slip) => `${this.view}-${slip.contribution}`
    keepingFocus(this.list, () => keep(this.list, lists[this.view], key, (slip) => this.line(slip), drawSlip))
  }

  line(slip) {
    if (this.view === "recent") return slipLine(slip)
    const why = h("span", { class: "why" }, t("console.hidden_why", { reason: t(`reason.${slip.reason}`) }))
    const restore = act("console.restore", (press) =>
      wish({ type: "restore-contribution", contribution: slip.contribution }, press), "v", slip, "console.restore_this")
    const line = slipLine(slip, slip.withheld ? null : restore)
    line.append(why)
    return line
  }
}

customElements.define("settled-slips", SettledSlips)
