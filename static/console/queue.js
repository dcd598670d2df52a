// <console-queue>: what waits for a decision, oldest first, and what has been shown or hidden.
import { serverNow } from "../lib/connection.js"
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { t } from "../lib/words.js"
import { keep } from "../staff/keyed.js"
import { wish } from "../staff/line.js"
import { duration } from "../staff/names.js"
import { button, label } from "../staff/press.js"
import { keepingFocus, slipKeys, slipLine, slipsOf } from "./slips.js"

const SCREENFUL = 7
const READ_AFTER = 1500 // ms a slip must have stood in the screenful before one key may release it
const WAITS_LONG = 60000
const MODERATION = ["hold-all", "hold-flagged", "show-all"]

class ConsoleQueue extends HTMLElement {
  connectedCallback() {
    this.stoodSince = new Map()
    this.waiting = h("p", { class: "waiting" })
    this.release = button("", () => this.releaseScreenful(), "r", "primary release")
    this.held = h("ol", { class: "slips held" })
    this.empty = h("p", { class: "empty" })
    this.settled = h("ol", { class: "slips" })
    this.append(
      h("div", { class: "queue-top", "data-answers": "", "data-focus": "", tabindex: "-1" }, this.waiting, this.release, this.empty),
      this.held,
      this.moderation(),
      this.views(),
      this.settled,
    )
    this.addEventListener("keydown", slipKeys)
    this.stop = watch("", () => this.update())
    this.clock = setInterval(() => this.tick(), 500)
    this.update()
  }

  disconnectedCallback() {
    this.stop()
    clearInterval(this.clock)
  }

  moderation() {
    this.choices = MODERATION.map((moderation) => {
      const press = button(`console.moderation_${moderation}`, () => wish({ type: "set-moderation", moderation }, press))
      press.dataset.moderation = moderation
      return press
    })
    this.means = h("p", { class: "note" })
    this.modes = h("div", { class: "moderation", role: "group", "aria-label": t("console.new_contributions"), "data-answers": "" },
      h("span", { class: "what" }, t("console.new_contributions")),
      h("div", { class: "segments" }, this.choices),
      this.means)
    return this.modes
  }

  views() {
    this.view = "recent"
    this.tabs = ["recent", "hidden"].map((view) => {
      const press = button("", () => {
        this.view = view
        this.update()
      }, "", "quiet")
      press.dataset.view = view
      return press
    })
    return h("div", { class: "views", role: "group", "aria-label": t("console.settled") }, this.tabs)
  }

  // The oldest slips that nothing is remarked on; flagged ones are decided one by one.
  screenful() {
    return slipsOf("queue").filter((slip) => !(slip.flags || []).length).slice(0, SCREENFUL)
  }

  // Only what has stood there long enough to be what the facilitator is looking at.
  readable() {
    const now = Date.now()
    return this.screenful().filter((slip) => now - this.stoodSince.get(slip.contribution) >= READ_AFTER)
  }

  releaseScreenful() {
    const contributions = this.readable().map((slip) => slip.contribution)
    if (contributions.length) wish({ type: "release-contributions", contributions }, this.release)
  }

  update() {
    const settings = get("settings")
    const queue = get("queue")
    if (!settings || !queue) return
    const now = Date.now()
    const since = this.screenful().map(({ contribution: n }) => [n, this.stoodSince.get(n) || now])
    if (since.some(([n]) => !this.stoodSince.has(n))) setTimeout(() => this.tick(), READ_AFTER + 10)
    this.stoodSince = new Map(since)
    keepingFocus(this.held, () => keep(this.held, queue.slips, (slip) => slip.contribution, (slip) => this.line(slip),
      (line, slip) => line.classList.toggle("in-screenful", this.stoodSince.has(slip.contribution))))
    this.settle()
    this.modes.hidden = Boolean((get("stage") || {}).ended)
    for (const press of this.choices) press.setAttribute("aria-pressed", String(press.dataset.moderation === settings.moderation))
    this.means.textContent = t(`console.means_${settings.moderation}`)
    this.empty.textContent = queue.held ? "" : t(settings.moderation === "show-all" ? "console.queue_off" : "console.queue_empty")
    this.empty.hidden = Boolean(queue.held)
    this.tick()
  }

  settle() {
    const shown = slipsOf("recent").filter((slip) => slip.standing === "visible")
    const lists = { recent: shown, hidden: slipsOf("hidden") }
    for (const press of this.tabs) {
      press.setAttribute("aria-pressed", String(press.dataset.view === this.view))
      label(press, t(`console.${press.dataset.view}`, { n: lists[press.dataset.view].length }))
    }
    const key = (slip) => `${this.view}-${slip.contribution}`
    keepingFocus(this.settled, () => keep(this.settled, lists[this.view], key, (slip) => this.settledLine(slip)))
  }

  tick() {
    const queue = get("queue")
    if (!queue) return
    const age = queue.oldest_at ? serverNow() - queue.oldest_at : 0
    const words = queue.held ? t("console.waiting", { n: queue.held, time: duration(age) }) : t("console.nothing_waits")
    if (this.waiting.textContent !== words) this.waiting.textContent = words
    this.waiting.classList.toggle("long", queue.held > 0 && age > WAITS_LONG)
    const n = this.readable().length
    this.release.hidden = !queue.held
    this.release.disabled = n === 0
    const onlyFlagged = this.screenful().length === 0
    label(this.release, n || !onlyFlagged ? t("console.release", { n: n || this.screenful().length }) : t("console.only_flagged"))
  }

  line(slip) {
    const show = button("mod.show", () => wish({ type: "release-contributions", contributions: [slip.contribution] }, show), "", "show")
    show.setAttribute("aria-label", t("console.show_this", { number: slip.contribution }))
    return slipLine(slip, show)
  }

  settledLine(slip) {
    if (this.view === "recent") return slipLine(slip)
    const why = h("span", { class: "why" }, t("console.hidden_why", { reason: t(`reason.${slip.reason}`) }))
    const restore = button("console.restore", () => wish({ type: "restore-contribution", contribution: slip.contribution }, restore), "", "quiet")
    restore.setAttribute("aria-label", t("console.restore_this", { number: slip.contribution }))
    const line = slipLine(slip, restore)
    line.append(why)
    return line
  }
}

customElements.define("console-queue", ConsoleQueue)
