// <console-queue>: what waits for a decision, oldest first.
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { t, tag } from "../lib/words.js"
import { keep } from "../staff/keyed.js"
import { wish } from "../staff/line.js"
import { button, label } from "../staff/press.js"
import { Screenful } from "./screenful.js"
import { act, closerLook, drawSlip, isTaken, keepingFocus, slipKeys, slipLine, slipsOf } from "./slips.js"
import { forASecond, Waiting } from "./waiting.js"
import "./holding.js"
import "./settled.js"

const SCREENFUL = 7

// The oldest slips that need no closer look and that nobody else is reading.
function oldest() {
  return slipsOf("queue").filter((slip) => !closerLook(slip) && !isTaken(slip) && isRead(slip)).slice(0, SCREENFUL)
}

// Who leads has not said what they read. While nobody is on duty they are taken to read Swedish and
// the language of the page, and show what is in another one by one.
function isRead({ language }) {
  return get("queue").on_duty > 0 || ["sv", tag].includes(language.split("-")[0])
}

// Why nothing stands there; whoever does not moderate is told how much waits.
function empty({ held }, { moderation }) {
  if (held) return "console.queue_counted"
  return moderation === "show-all" ? "console.queue_off" : "console.queue_empty"
}

class ConsoleQueue extends HTMLElement {
  connectedCallback() {
    this.waiting = new Waiting()
    this.screenful = new Screenful(oldest, "r")
    this.held = h("ol", { class: "slips held" })
    this.empty = h("p", { class: "empty" })
    this.second = button("", () => this.toSecond(), "", "quiet second")
    this.append(
      h("div", { class: "queue-top", "data-answers": "", "data-focus": "", tabindex: "-1" },
        this.waiting.line, this.screenful.release, this.waiting.readers, this.second, this.empty),
      this.held,
      h("moderation-choice", {}),
      h("settled-slips", {}),
    )
    this.held.addEventListener("keydown", slipKeys)
    this.stop = watch("", () => this.update())
    this.clock = setInterval(() => this.tick(), 500)
    this.update()
  }

  disconnectedCallback() {
    this.stop()
    clearInterval(this.clock)
  }

  update() {
    const settings = get("settings")
    const queue = get("queue")
    if (!settings || !queue) return
    this.screenful.update()
    this.draw(queue)
    this.empty.textContent = queue.slips.length ? "" : t(empty(queue, settings))
    this.empty.hidden = Boolean(queue.slips.length)
    this.tick()
  }

  draw(queue) {
    keepingFocus(this.held, () => keep(this.held, queue.slips, (slip) => slip.contribution, (slip) => this.line(slip),
      (line, slip) => {
        drawSlip(line, slip)
        line.classList.toggle("in-screenful", this.screenful.has(slip.contribution))
      }))
  }

  tick() {
    const queue = get("queue")
    if (!queue) return
    this.waiting.tick()
    const wanted = forASecond().length
    this.second.hidden = !wanted
    label(this.second, t("console.second_person", { n: wanted }))
    this.screenful.release.hidden = !queue.slips.length
    this.screenful.tick(oldest().length ? "" : t(slipsOf("queue").every(isTaken) ? "console.all_taken" : "console.only_one_by_one"))
  }

  toSecond() {
    const [first] = forASecond()
    const line = first && this.held.querySelector(`[data-contribution="${first.contribution}"]`)
    if (line) line.focus()
  }

  line(slip) {
    return slipLine(slip, act("mod.show", (press) =>
      wish({ type: "release-contributions", contributions: [slip.contribution] }, press), "v", slip, "console.show_this", "show"))
  }
}

customElements.define("console-queue", ConsoleQueue)
