// <moderator-reading>: the slips that this device has been given: of those that something is
// remarked on one at a time, and of the others a screenful.
import { serverNow } from "../lib/connection.js"
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { t } from "../lib/words.js"
import { Screenful } from "../console/screenful.js"
import { act, closerLook, drawSlip, isMine, isTaken, keepingFocus, seat, slipKeys, slipLine, slipsOf } from "../console/slips.js"
import { Waiting } from "../console/waiting.js"
import { keep } from "../staff/keyed.js"
import { now, wish } from "../staff/line.js"
import { button } from "../staff/press.js"
import { changed, duty } from "./duty.js"

const SCREENFUL = 7
const RENEW = 40000 // ms before a slip would go to others
const QUIET = 60000 // ms without a key or a touch, after which slips are let go
const ASK_AGAIN = 5000

const mine = () => slipsOf("queue").filter(isMine)
const plain = () => mine().filter((slip) => !closerLook(slip))
const special = () => mine().filter(closerLook)

class ModeratorReading extends HTMLElement {
  connectedCallback() {
    this.waiting = new Waiting()
    this.screenful = new Screenful(plain, "r")
    this.list = h("ol", { class: "slips held" })
    this.empty = h("p", { class: "empty" })
    this.resume = button("moderator.go_on_reading", () => this.wake(), "", "primary")
    this.append(
      h("div", { class: "queue-top", "data-answers": "", "data-focus": "", tabindex: "-1" },
        this.waiting.line, this.screenful.release, this.waiting.readers, this.empty, this.resume),
      this.list)
    this.list.addEventListener("keydown", slipKeys)
    this.left = new Set() // numbers of those that somebody here has left to others
    this.asked = { true: {}, false: {} } // by whether something is remarked on them
    this.active = Date.now()
    for (const kind of ["keydown", "pointerdown"]) document.addEventListener(kind, () => (this.active = Date.now()))
    watch("", () => this.update())
    changed(() => this.update())
    this.clock = setInterval(() => this.tick(), 500)
    this.update()
  }

  disconnectedCallback() {
    clearInterval(this.clock)
  }

  first() {
    return this.list.firstElementChild
  }

  toFirst() {
    const at = this.first() || this.querySelector("[data-focus]")
    at.focus()
  }

  update() {
    if (!get("queue") || !get("settings")) return
    this.screenful.update()
    const slips = duty.on ? [...special(), ...plain()] : [] // as many as mine()
    keepingFocus(this.list, () => keep(this.list, slips, (slip) => slip.contribution, (slip) => this.line(slip),
      (line, slip) => {
        drawSlip(line, slip)
        line.classList.toggle("in-screenful", this.screenful.has(slip.contribution))
      }))
    this.settleFocus(slips)
    this.tick()
  }

  // Who waits on the empty list for something to read is taken to it when it comes.
  settleFocus(slips) {
    const here = document.activeElement === this.querySelector("[data-focus]")
    if (slips.length && here) this.first().focus()
  }

  tick() {
    const queue = get("queue")
    if (!queue) return
    this.waiting.tick()
    const held = mine().length
    if (duty.on && held !== this.list.children.length) return this.update()
    this.screenful.release.hidden = !duty.on || !plain().length
    this.screenful.tick()
    this.say(queue, held > 0)
    this.ask(queue, held > 0)
  }

  say(queue, any) {
    const quiet = this.isQuiet()
    const words = !duty.on || any ? "" : quiet && queue.held ? t("moderator.left")
      : t(queue.held ? "moderator.nothing_for_you" : "moderator.nothing")
    if (this.empty.textContent !== words) this.empty.textContent = words
    this.empty.hidden = !words
    this.resume.hidden = !(duty.on && quiet && queue.held && !any)
  }

  // Slips that were given to this device and have been let go show that nobody sits here.
  isQuiet() {
    return Boolean(this.lapsed) && this.lapsed > this.active
  }

  wake() {
    this.active = Date.now()
    this.toFirst()
    this.tick()
  }

  // Asks for slips when there is room for more here, and to keep those that are being read.
  ask(queue, holding) {
    if (!duty.on || now.status !== "online") return
    if (this.held && !holding && Date.now() - this.active > QUIET) this.lapsed = Date.now()
    this.held = holding
    if (this.isQuiet()) return
    this.askFor(queue, special(), true, 1)
    this.askFor(queue, plain(), false, SCREENFUL)
  }

  askFor(queue, held, flagged, most) {
    const last = this.asked[flagged]
    if ((last.queue === queue || held.length) && Date.now() - last.at < ASK_AGAIN) return
    const ending = held.some((slip) => slip.taken_until - serverNow() < RENEW)
    const reads = Date.now() - this.active < QUIET
    const more = held.length < most && this.isThere(queue, flagged)
    if (held.length ? !(reads && (ending || more)) : !more) return
    this.asked[flagged] = { queue, at: Date.now() }
    wish({ type: "take-slips", most: more ? most : held.length, flagged }, this.asker(flagged)).then(() => this.update())
  }

  // Whether something waits that nobody reads. Of a long queue only the oldest are known here.
  isThere(queue, flagged) {
    const free = queue.slips.filter((slip) => !isTaken(slip) && !isMine(slip) && slip.asserted_by !== seat && closerLook(slip) === flagged)
    return free.some((slip) => !this.left.has(slip.contribution)) || (free.length > 0 && !mine().length) || queue.held > queue.slips.length
  }

  // Something to answer at, where nothing has been pressed.
  asker(flagged) {
    this.askers ||= { true: h("span", {}), false: h("span", {}) }
    this.querySelector(".queue-top").append(this.askers[flagged])
    return this.askers[flagged]
  }

  leave(slip, left, press) {
    this.left.add(slip.contribution)
    return wish(left, press)
  }

  line(slip) {
    const shown = { type: "release-contributions", contributions: [slip.contribution] }
    const left = { type: "give-back-slips", contributions: [slip.contribution] }
    return slipLine(slip,
      act("mod.show", (press) => wish(shown, press), "v", slip, "console.show_this", "show primary"),
      act("moderator.pass", (press) => this.leave(slip, left, press), "n", slip, "moderator.pass_this"))
  }
}

customElements.define("moderator-reading", ModeratorReading)
