// <console-now>: what runs now, what to say, the time, and what is next.
import { serverNow } from "../lib/connection.js"
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { t } from "../lib/words.js"
import { wish } from "../staff/line.js"
import { areaChip, duration, fill } from "../staff/names.js"
import { button } from "../staff/press.js"
import "./switches.js"

class ConsoleNow extends HTMLElement {
  connectedCallback() {
    this.place = h("p", { class: "place" })
    this.heading = h("h2", { tabindex: "-1" })
    this.area = h("p", { class: "under" })
    this.prompt = h("p", { class: "prompt" })
    this.say = h("div", { class: "say" })
    this.append(
      h(
        "div",
        { class: "current" },
        h("div", { class: "title" }, this.place, this.heading, this.area, this.prompt),
        this.timer(),
        this.say,
      ),
      h("console-switches", {}),
    )
    this.stop = watch("", () => this.update())
    this.clock = setInterval(() => this.tick(), 250)
    this.update()
  }

  disconnectedCallback() {
    this.stop()
    clearInterval(this.clock)
  }

  timer() {
    this.left = h("span", { class: "left numerals", role: "timer" })
    this.minutes = h("input", { type: "number", min: "1", max: "600", inputmode: "numeric", "aria-label": t("console.minutes") })
    this.startButton = button("console.timer_start", () =>
      wish({ type: "start-timer", seconds: Math.max(1, Math.round(Number(this.minutes.value) * 60)) || 60 }, this.startButton))
    this.more = button("console.timer_more", () => wish({ type: "extend-timer", seconds: 60 }, this.more), "m")
    this.stopButton = button("console.timer_stop", () => wish({ type: "stop-timer" }, this.stopButton), "", "quiet")
    this.setting = h("span", { class: "setting" }, this.minutes, h("span", {}, t("console.minutes_short")), this.startButton)
    return h("div", { class: "timer", "data-answers": "" }, this.left, this.more, this.stopButton, this.setting)
  }

  update() {
    const stage = get("stage")
    const run = get("run")
    if (!stage || !run || !get("settings")) return
    const step = run.steps.find((step) => step.step === stage.step)
    if (this.step !== stage.step || this.step === undefined) {
      this.step = stage.step
      this.minutes.value = String((step && step.minutes) || 5)
    }
    this.place.textContent = this.where(stage, run, step)
    const aside = stage.ended ? "ended" : stage.step ? "" : "lobby"
    fill(this.heading, aside ? t(`console.${aside}`) : stage.title)
    this.area.replaceChildren(stage.area && !aside ? areaChip(stage.area) : "")
    fill(this.prompt, aside ? t(helpOf(aside)) : stage.prompt)
    this.words(aside ? null : step)
    this.tick()
  }

  where(stage, run, step) {
    if (stage.ended) return ""
    if (!step) return t("console.steps_ahead", { n: run.steps.length })
    const place = t("console.place", { number: stage.number, total: stage.total })
    return step.minutes ? `${place} · ${t("console.planned", { n: step.minutes })}` : place
  }

  words(step) {
    this.say.hidden = !(step && step.say)
    if (this.say.hidden) return
    const words = h("p", { class: "aloud" })
    fill(words, step.say)
    this.say.replaceChildren(h("h3", {}, t("console.say")), words)
  }

  tick() {
    const timer = get("timer")
    const stage = get("stage")
    this.more.hidden = this.stopButton.hidden = this.left.hidden = !timer
    this.setting.hidden = Boolean(timer) || !stage || stage.step === null || Boolean(stage.ended)
    if (!timer) return
    const left = timer.ends_at - serverNow()
    this.left.classList.toggle("over", left < 0)
    const words = left < 0 ? t("console.time_over", { time: duration(-left) }) : duration(left + 999)
    if (this.left.textContent !== words) this.left.textContent = words
  }
}

// Where everyone has a code of their own there is none to show.
const helpOf = (aside) => (aside === "lobby" && get("settings").entry === "personal" ? "console.lobby_personal" : `console.${aside}_help`)

customElements.define("console-now", ConsoleNow)
