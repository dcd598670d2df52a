// <console-next>: one big press forward, a smaller one back, and what was done last, with undo.
// <run-of-show>: the whole evening as a list; any step can be gone to.
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { say, t } from "../lib/words.js"
import { lastChange } from "../staff/changes.js"
import { keep } from "../staff/keyed.js"
import { wish } from "../staff/line.js"
import { fill } from "../staff/names.js"
import { button, label } from "../staff/press.js"
import { expect, seenStep } from "./seen.js"

function neighbours() {
  const stage = get("stage")
  const run = get("run")
  if (!stage || !run) return {}
  const at = run.steps.findIndex((step) => step.step === stage.step)
  return { now: stage.step, next: run.steps[at + 1], back: at > 0 ? run.steps[at - 1] : undefined, ended: stage.ended }
}

// Goes to `step`; `seen` lets the server see if somebody else has just moved.
export function go(step, pressed) {
  expect(step)
  return wish({ type: "go-to-step", step, seen: seenStep() }, pressed)
}

// Hides what leads nowhere just now; the focus that it had goes to what runs now.
function withdraw(press, gone) {
  const held = gone && press === document.activeElement
  press.hidden = gone
  if (held) document.querySelector("console-now h2").focus()
}

class ConsoleNext extends HTMLElement {
  connectedCallback() {
    this.next = button("", (pressed, event) => this.move("next", event), "n", "primary next")
    this.back = button("console.back", (pressed, event) => this.move("back", event), "b", "back")
    this.note = h("p", { class: "note" }, t("console.moves_all"))
    this.last = lastChange("u")
    this.append(h("div", { class: "moves", "data-answers": "" }, this.back, this.next), this.note, this.last)
    this.stop = watch("", () => this.update())
    this.update()
  }

  disconnectedCallback() {
    this.stop()
  }

  // The second half of a double click is not a second step.
  move(way, event) {
    const to = neighbours()[way]
    if (to && event.detail < 2) go(to.step, this[way])
  }

  update() {
    const { now, next, back, ended } = neighbours()
    if (now === undefined) return
    withdraw(this.next, !next || Boolean(ended))
    withdraw(this.back, !back || Boolean(ended))
    if (next) label(this.next, t(now ? "console.next" : "console.begin", { step: say(next.title).words }))
    if (back) this.back.setAttribute("aria-label", t("console.back_to", { step: say(back.title).words }))
    this.note.hidden = Boolean(ended)
  }
}

class RunOfShow extends HTMLElement {
  connectedCallback() {
    this.list = h("ol", { class: "run" })
    this.append(this.list)
    this.stop = watch("", () => this.update())
    this.update()
  }

  disconnectedCallback() {
    this.stop()
  }

  update() {
    const run = get("run")
    const stage = get("stage")
    if (!run || !stage) return
    const numbered = run.steps.map((step, index) => ({ ...step, number: index + 1 }))
    keep(this.list, numbered, (step) => step.step, (step) => this.line(step), (line, step) => {
      line.setAttribute("aria-current", step.step === stage.step ? "step" : "false")
      line.classList.toggle("done", Boolean(step.done) && step.step !== stage.step)
      withdraw(line.querySelector("button"), step.step === stage.step || Boolean(stage.ended))
      line.querySelector(".has").textContent = step.contributions ? t("console.contributions", { n: step.contributions }) : ""
    })
  }

  line(step) {
    const title = h("span", { class: "name" })
    fill(title, step.title)
    const press = button("console.go_here", () => go(step.step, press), "", "quiet")
    press.setAttribute("aria-label", t("console.go_to", { step: say(step.title).words }))
    return h("li", { "data-answers": "" },
      h("span", { class: "number numerals" }, String(step.number)),
      title,
      h("span", { class: "minutes" }, step.minutes ? t("console.minutes_of", { n: step.minutes }) : ""),
      h("span", { class: "has" }),
      press)
  }
}

customElements.define("console-next", ConsoleNext)
customElements.define("run-of-show", RunOfShow)
