// <moderator-duty>: going on duty with the languages that one reads, and a break now and then.
import { h, op } from "../lib/element.js"
import { watch } from "../lib/records.js"
import { at, config, t, tag } from "../lib/words.js"
import { languageName, slipsOf } from "../console/slips.js"
import { heard, now, wish } from "../staff/line.js"
import { button } from "../staff/press.js"

const OFFERED = ["sv", "en", "fi", "ar", "fa", "so", "uk", "pl", "es", "de", "fr", "bs", "hr", "sr", "sq", "tr", "ku", "ti", "am", "ru", "zh", "th", "ur", "rom", "yi", "se", "fit"]
const SHOWN = 6
const BREAK_AFTER = 30 * 60000
const LATER = 10 * 60000

// Kept on the device: what one reads. For as long as the page is open: whether one is on duty.
const kept = (place, name, otherwise) => JSON.parse(place.getItem(`moderator.${name}`) || "null") || otherwise
const keep = (place, name, value) => place.setItem(`moderator.${name}`, JSON.stringify(value))

export const duty = { on: false, since: kept(sessionStorage, `since.${config.session}`, 0) }

const listeners = new Set()

// `fn` is called when one has gone on or off duty.
export function changed(fn) {
  listeners.add(fn)
}

const primary = (language) => language.split("-")[0]

class ModeratorDuty extends HTMLElement {
  connectedCallback() {
    this.reads = new Set(kept(localStorage, "languages", ["sv", tag]))
    this.off = this.choosing()
    this.words = h("p", { class: "on-duty", role: "status" })
    this.leave = button("moderator.go_off", () => this.go(false, this.leave), "", "quiet")
    this.change = button("moderator.change", () => this.show(true), "", "quiet")
    this.on = h("div", { class: "duty", "data-answers": "" }, this.words, h("div", { class: "acts" }, this.change, this.leave))
    this.break = this.reminder()
    this.append(this.break, this.on, this.off)
    this.show()
    this.tick()
    watch("queue", () => this.offer())
    heard(() => this.back())
    this.clock = setInterval(() => this.tick(), 1000)
    addEventListener("pagehide", () => this.left())
  }

  disconnectedCallback() {
    clearInterval(this.clock)
  }

  choosing() {
    this.choices = h("div", { class: "languages" })
    this.more = h("details", {}, h("summary", {}, t("moderator.more_languages")), h("div", { class: "languages" }))
    this.come = button("moderator.go_on", () => this.go(true, this.come), "", "primary")
    for (const [at, code] of this.codes().entries()) this.check(code, at < SHOWN ? this.choices : this.more.lastChild)
    return h("div", { class: "choosing-languages", "data-answers": "" },
      h("h2", { tabindex: "-1" }, t("moderator.off_duty")),
      h("p", { class: "note" }, t("moderator.off_duty_help")),
      h("fieldset", {}, h("legend", {}, t("moderator.languages")), this.choices, this.more),
      h("p", { class: "note" }, t("moderator.languages_kept")),
      this.come)
  }

  codes() {
    return [...new Set([...this.reads, ...OFFERED])]
  }

  check(code, place) {
    const box = h("input", { type: "checkbox", value: code })
    box.checked = this.reads.has(code)
    box.addEventListener("change", () => {
      if (box.checked) this.reads.add(code)
      else this.reads.delete(code)
      keep(localStorage, "languages", [...this.reads])
    })
    place.append(h("label", { class: "check" }, box, h("span", { lang: tag }, languageName(code))))
  }

  // What somebody has written in is worth asking about.
  offer() {
    const there = new Set([...this.querySelectorAll("[type=checkbox]")].map((box) => box.value))
    for (const code of new Set(slipsOf("queue").map((slip) => primary(slip.language)))) {
      if (!there.has(code)) this.check(code, this.choices)
    }
  }

  tell(on, press) {
    return wish({ type: "go-on-duty", on, languages: on ? [...this.reads] : [] }, press)
  }

  async go(on, press) {
    if (!(await this.tell(on, press))) return
    if (on && !duty.since) duty.since = Date.now()
    if (!on) duty.since = 0
    keep(sessionStorage, `since.${config.session}`, duty.since)
    this.set(on)
    if (on) document.querySelector("moderator-reading").toFirst()
    else this.off.querySelector("h2").focus()
  }

  set(on) {
    duty.on = on
    this.show()
    for (const fn of listeners) fn()
  }

  show(changing = false) {
    this.off.hidden = duty.on && !changing
    this.on.hidden = !duty.on || changing
    const names = [...this.reads].map(languageName).join(", ")
    const words = duty.on ? t("moderator.on", { languages: names }) : ""
    if (this.words.textContent !== words) this.words.textContent = words
    if (changing) this.off.querySelector("input").focus()
  }

  // A page that is loaded anew, or has its line back, says that somebody still reads here.
  async back() {
    const online = now.status === "online"
    const again = online && !this.online && duty.since
    this.online = online
    if (again && (await this.tell(true, this.come))) this.set(true)
  }

  // Whoever closes the page leaves nothing behind that others wait for.
  left() {
    if (!duty.on) return
    const body = JSON.stringify({ t: "do", op: op(), command: { type: "go-on-duty", on: false, languages: [] } })
    const headers = { "Content-Type": "application/json" }
    fetch(at(`/api/s/${config.session}/do?audience=console`), { method: "POST", keepalive: true, headers, body })
    duty.on = false
  }

  reminder() {
    const take = button("moderator.go_off", () => this.go(false, take), "", "primary")
    const later = button("moderator.later", () => {
      duty.since = Date.now() - BREAK_AFTER + LATER
      keep(sessionStorage, `since.${config.session}`, duty.since)
      this.tick()
    }, "", "quiet")
    this.breakWords = h("p", { role: "status" })
    this.breakActs = h("div", { class: "acts" }, take, later)
    return h("div", { class: "break", "data-answers": "" }, this.breakWords, this.breakActs)
  }

  tick() {
    const is = duty.on && Date.now() - duty.since >= BREAK_AFTER
    const words = is ? t("moderator.break") : ""
    if (this.breakWords.textContent !== words) this.breakWords.textContent = words
    this.breakActs.hidden = !is
    this.break.classList.toggle("due", is)
  }
}

customElements.define("moderator-duty", ModeratorDuty)
