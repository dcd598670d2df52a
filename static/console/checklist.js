// <console-checklist>: for someone with twenty minutes who has never seen this: four steps, then go.
import { serverNow } from "../lib/connection.js"
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { at, config, say, t } from "../lib/words.js"
import { post, refusal } from "../staff/post.js"
import { heard, now } from "../staff/line.js"
import { untranslated } from "./meeting.js"
import { codeInParts, hour } from "../staff/names.js"
import { button, label } from "../staff/press.js"
import { go } from "./steps.js"

const STORED = `console.checklist.${config.session}`

class ConsoleChecklist extends HTMLElement {
  connectedCallback() {
    this.done = JSON.parse(localStorage.getItem(STORED) || "{}")
    this.ready = h("ul", { class: "checks" })
    this.verdict = h("p", { class: "verdict", role: "status" })
    this.begin = button("", () => this.start(), "", "primary")
    this.aside = button("console.to_console", () => this.leave())
    this.lead = h("p", { class: "lead" })
    this.before = h("ol", { class: "before" }, this.projector(), this.phone(), this.test(), this.go())
    this.append(
      h("h2", { tabindex: "-1", id: "checklist-heading" }, t("console.before")),
      this.lead, this.before)
    this.stop = watch("", () => this.update())
    heard(() => this.update())
    this.update()
  }

  disconnectedCallback() {
    this.stop()
  }

  step(number, ...content) {
    return h("li", { "data-answers": "" },
      h("h3", {}, h("span", { class: "number numerals" }, String(number)), t(`console.before_${number}`)),
      ...content)
  }

  projector() {
    const number = h("input", { type: "text", inputmode: "numeric", autocomplete: "off", maxlength: "8", "aria-label": t("console.projector_number") })
    const pair = h("button", { type: "submit" }, t("console.pair"))
    this.paired = h("p", { class: "ok", role: "status" })
    const form = h("form", { class: "one-line" }, number, pair)
    const error = h("p", { class: "answer", role: "alert" })
    form.addEventListener("submit", async (event) => {
      event.preventDefault()
      const answer = await post(at("/api/staff/pair"), { number: number.value.replace(/\D/g, ""), session: config.session })
      error.textContent = answer.ok ? "" : refusal(answer)
      if (!answer.ok) return
      number.value = ""
      this.tick("paired")
    })
    return this.step(1, h("p", {}, t("console.projector_how", { address: `${config.home}/projector` })), form, this.paired, error)
  }

  phone() {
    const place = h("div", { class: "remote" })
    const error = h("p", { class: "answer", role: "alert" })
    const make = button("console.make_link", async () => {
      const link = await post(at("/api/staff/phone-link"), { session: config.session })
      error.textContent = link.ok ? "" : refusal(link)
      if (!link.ok) return
      place.replaceChildren(
        h("img", { src: link.body.qr, alt: t("console.remote_qr"), width: "150", height: "150" }),
        h("p", { class: "note" }, t("console.remote_once")))
      label(make, t("console.new_link"))
    })
    return this.step(2, h("p", {}, t("console.remote_how")), make, place, error)
  }

  test() {
    this.tried = h("p", { class: "ok", role: "status" })
    this.tryOut = button("console.go_try_out", () => go(this.tryStep.step, this.tryOut))
    this.noTryOut = h("p", {}, t("console.no_try_out"))
    this.testHow = h("p", {}, t("console.test_how"))
    return this.step(3, this.testHow, this.testSay = aloud("console.test_say"), this.tryOut, this.noTryOut, this.tried,
      h("p", { class: "note" }, t("console.rehearse_note")))
  }

  go() {
    this.welcome = aloud("")
    return this.step(4, this.ready, this.verdict, this.welcome,
      h("div", { class: "acts starting" }, this.aside, this.begin))
  }

  tick(name) {
    this.done[name] = true
    localStorage.setItem(STORED, JSON.stringify(this.done))
    this.update()
  }

  // Open by itself until the evening has begun or somebody has closed it on this device.
  shouldOpen() {
    return !this.done.closed && get("stage").step === null && !get("stage").ended
  }

  async start() {
    const [first] = get("run").steps
    if (await go(first.step, this.begin)) this.leave()
  }

  leave() {
    this.tick("closed")
    this.dispatchEvent(new CustomEvent("leave"))
  }

  update() {
    const meeting = get("meeting")
    const run = get("run")
    const stage = get("stage")
    if (!meeting || !run || !stage) return
    if (now.tried && !this.done.tried) this.tick("tried")
    this.paired.textContent = this.done.paired ? t("console.paired") : ""
    this.tryStep = run.steps.find((step) => step.kind === "try-out")
    this.tryOut.hidden = !this.tryStep || stage.kind === "try-out" || Boolean(stage.ended)
    this.noTryOut.hidden = Boolean(this.tryStep)
    this.testHow.hidden = this.testSay.hidden = !this.tryStep
    this.forWindow(meeting.self_paced)
    const trying = stage.kind === "try-out" ? t("console.trying") : ""
    this.tried.textContent = now.tried ? t("console.tried_count", { n: now.tried }) : trying
    this.tried.className = now.tried ? "ok" : "note"
    const [first] = run.steps
    this.begin.hidden = !first || Boolean(stage.ended) || (stage.step !== null && stage.kind !== "try-out")
    if (first) label(this.begin, t("console.begin", { step: say(first.title).words }))
    const code = codeInParts(meeting.code).replace("-", "\u2011") // stays on one line
    this.welcome.querySelector(".aloud").textContent =
      t(meeting.code ? "console.welcome_say" : "console.welcome_own", { address: config.home.replace(/^https?:\/\//, ""), code })
    this.check(meeting)
  }

  // Nobody sits in a hall: what is for one is left out, and what is left is the first thing to do.
  forWindow(isWindow) {
    this.lead.textContent = t(isWindow ? "console.before_window" : "console.before_help")
    const steps = [...this.before.children]
    for (const step of steps.slice(0, -1)) step.hidden = isWindow
    steps.at(-1).querySelector(".number").textContent = isWindow ? "1" : String(steps.length)
    this.welcome.hidden = isWindow
  }

  check(meeting) {
    const missing = untranslated()
    const checks = [
      [now.status === "online", t("console.check_online"), t("console.check_offline")],
    ]
    if (!meeting.self_paced) checks.push(
      [now.projectors > 0, t("console.check_projector"), t("console.check_no_projector")],
      [now.connected > 0, t("console.check_phones", { n: now.connected }), t("console.check_no_phone")])
    const { entry, code_expires: until, moderation } = get("settings") || {}
    const own = entry === "personal"
    if (!own && until) {
      const words = t("console.check_code", { code: codeInParts(meeting.code), time: hour(until) })
      checks.push([until > serverNow(), words, t("console.check_no_code")])
    }
    const readers = (get("queue") || {}).on_duty || 0
    const notes = own ? [t("console.check_own")] : []
    if (moderation) notes.push(t("console.check_moderation", { moderation: t(`console.moderation_${moderation}`) }))
    notes.push(readers ? t("console.check_on_duty", { n: readers }) : t("console.check_nobody_on_duty"))
    if (!config.secure) notes.push(t("console.insecure"))
    if (missing.length) notes.push(t("console.check_untranslated", { n: missing.reduce((sum, [, places]) => sum + places.length, 0) }))
    const wrong = checks.filter(([ok]) => !ok).length
    const drawn = JSON.stringify([checks, notes])
    if (drawn === this.drawn) return
    this.drawn = drawn
    this.ready.replaceChildren(
      ...checks.map(([ok, good, bad]) => check(ok ? "yes" : "no", ok ? good : bad)),
      ...notes.map((words) => check("note", words)))
    this.verdict.textContent = wrong ? t("console.no_go", { n: wrong }) : t("console.go")
    this.verdict.className = wrong ? "verdict wait" : "verdict"
  }
}

const SIGNS = { yes: "✓", no: "✗", note: "i" }

function check(kind, words) {
  return h("li", { class: kind },
    h("span", { class: "sign", "aria-hidden": "true" }, SIGNS[kind]),
    h("span", { class: "visually-hidden" }, t(`console.sign_${kind}`)),
    h("span", {}, words))
}

function aloud(key) {
  return h("div", { class: "say" }, h("h4", {}, t("console.say")), h("p", { class: "aloud" }, key ? t(key) : ""))
}

customElements.define("console-checklist", ConsoleChecklist)
