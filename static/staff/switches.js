// What is on or off, each with the one press that turns it over. Who extends it says which
// (`switches`), and whether the code is among them (`hasCode`).
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { at, config, t } from "../lib/words.js"
import { answer, wish } from "./line.js"
import { codeInParts } from "./names.js"
import { post, refusal } from "./post.js"
import { button, label } from "./press.js"

const SLOWLY = 30 // seconds between two contributions of one phone

// name: {on: is it?, make: the wish that turns it over, key, belongs: to what is now?, calm: what it is
// when nothing is unusual, params: of its words}
export const PROJECTOR = { on: ({ stage }) => !stage.blank, make: (on) => ({ type: "blank-projector", blank: !on }), key: "k", calm: true }
export const SAFETY = {
  joining: { on: ({ settings }) => settings.joining !== false, make: (on) => ({ type: "set-joining", open: on }), key: "j", calm: true },
  slow: { on: ({ stage }) => Boolean(stage.slow), make: (on) => ({ type: "set-slow-mode", seconds: on ? SLOWLY : 0 }), key: "s", calm: false, params: ({ stage }) => ({ n: stage.slow }) },
}

export class Switches extends HTMLElement {
  connectedCallback() {
    this.rows = Object.entries(this.switches).map(([name, what]) => this.row(name, what))
    this.append(...this.rows.map(({ row }) => row))
    if (this.hasCode) this.append(this.code())
    this.stop = watch("", () => this.update())
    this.update()
  }

  disconnectedCallback() {
    this.stop()
  }

  row(name, what) {
    const press = button("", () => wish(what.make(!what.on(this.now())), press), what.key)
    const state = h("span", { class: "state" })
    const row = h("div", { class: "row", "data-answers": "", "data-switch": name },
      h("span", { class: "what" }, t(`console.${name}`)), state, press)
    return { name, what, row, state, press }
  }

  // A code that has been spread is changed by one press.
  code() {
    const press = button("console.new_code", () => newCode(press), "c")
    this.codeState = h("span", { class: "state numerals" })
    this.codeRow = h("div", { class: "row", "data-answers": "", "data-switch": "code" },
      h("span", { class: "what" }, t("console.code")), this.codeState, press)
    return this.codeRow
  }

  now() {
    return { stage: get("stage"), settings: get("settings") }
  }

  update() {
    const now = this.now()
    const meeting = get("meeting")
    if (!now.stage || !now.settings || !meeting) return
    for (const { name, what, row, state, press } of this.rows) {
      const is = Boolean(what.on(now))
      row.hidden = Boolean(now.stage.ended) || (what.belongs && !what.belongs(now))
      row.classList.toggle("unusual", what.calm !== undefined && is !== what.calm)
      state.textContent = t(`console.${name}_${is ? "on" : "off"}`, what.params && what.params(now))
      label(press, t(`console.${name}_${is ? "turn_off" : "turn_on"}`))
    }
    if (!this.hasCode) return
    this.codeRow.hidden = Boolean(now.stage.ended) || now.settings.entry === "personal"
    this.codeState.textContent = codeInParts(meeting.code)
  }
}

// <safety-switches>: what calms a storm; with the attribute `projector` that too.
class SafetySwitches extends Switches {
  switches = this.hasAttribute("projector") ? { projector: PROJECTOR, ...SAFETY } : SAFETY
  hasCode = true
}

customElements.define("safety-switches", SafetySwitches)

export async function newCode(pressed) {
  const made = await post(at("/api/staff/code"), { session: config.session })
  answer(pressed, made.ok ? t("console.code_changed") : refusal(made))
}
