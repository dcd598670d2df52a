// <console-switches>: what is open, shown and flowing, each with the one press that changes it.
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { t } from "../lib/words.js"
import { wish } from "../staff/line.js"
import { button, label } from "../staff/press.js"

const COLLECTING = ["collect", "meanings", "table-talk", "check"]

// name: [is it on?, the wish that turns it over, shortcut, does it belong to this step?, calm when on]
const SWITCHES = {
  posting: [(s) => s.open, (on) => ({ type: "set-posting", open: on }), "p", (s) => COLLECTING.includes(s.kind)],
  projector: [(s) => !s.blank, (on) => ({ type: "blank-projector", blank: !on }), "k", () => true],
  feed: [(s) => !s.paused, (on) => ({ type: "pause-feed", paused: !on }), " ", () => true],
  others: [(s) => s.others_shown, (on) => ({ type: "show-others", shown: on }), "", (s) => COLLECTING.includes(s.kind) && !isWindow()],
  dots: [(s) => s.dots_revealed, (on) => ({ type: "reveal-dots", revealed: on }), "", (s) => s.kind === "dots"],
}
const UNUSUAL_WHEN_OFF = ["projector", "feed"]

// In a window on the web nobody sees what others write before it has ended.
const isWindow = () => (get("settings") || {}).window

class ConsoleSwitches extends HTMLElement {
  connectedCallback() {
    this.rows = Object.entries(SWITCHES).map(([name, [on, make, key]]) => {
      const press = button("", () => wish(make(!on(get("stage"))), press), key)
      const state = h("span", { class: "state" })
      const row = h("div", { class: "row", "data-answers": "", "data-switch": name },
        h("span", { class: "what" }, t(`console.${name}`)), state, press)
      this.append(row)
      return { name, row, state, press }
    })
    this.stop = watch("", () => this.update())
    this.update()
  }

  disconnectedCallback() {
    this.stop()
  }

  update() {
    const stage = get("stage")
    if (!stage) return
    for (const { name, row, state, press } of this.rows) {
      const [on, , , belongs] = SWITCHES[name]
      const is = Boolean(on(stage))
      row.hidden = !belongs(stage) || Boolean(stage.ended)
      row.classList.toggle("unusual", !is && UNUSUAL_WHEN_OFF.includes(name))
      state.textContent = t(`console.${name}_${is ? "on" : "off"}`)
      label(press, t(`console.${name}_${is ? "turn_off" : "turn_on"}`))
    }
  }
}

customElements.define("console-switches", ConsoleSwitches)
