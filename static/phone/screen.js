// What the phone shows: the step that is going on, and what can always be reached beside it.
import { serverNow } from "../lib/connection.js"
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { config, t } from "../lib/words.js"
import { area, Later, Page, para, refill, said, Stack, unsent } from "./parts.js"
import { information, viewOf } from "./steps.js"
import { Waiting, Writing } from "./writing.js"

const SAID_FOR = 6000
const MINUTES_SAID = 5
const UNDISCLOSED = "undisclosed"

const id = name => document.getElementById(name)

export class Screen {
  view = null // of a step: {node, update(), stage}
  spoken = []

  constructor(phone) {
    this.phone = phone
    const names = ["line", "top", "over", "step", "panel", "begun", "nav"]
    this.parts = Object.fromEntries(names.map(name => [name, h(name === "nav" ? "nav" : "div", { class: name })]))
    this.waiting = new Waiting(this.phone)
    this.band = h("div", {})
    this.clock = h("p", { class: "clock numerals", role: "timer" })
    this.parts.nav.setAttribute("aria-label", t("nav.label"))
    id("main").replaceChildren(...Object.values(this.parts))
    this.parts.top.append(this.band, this.clock)
    this.parts.panel.after(this.waiting.node)
    addEventListener("hashchange", () => this.draw(get("stage")))
    setInterval(() => this.tick(), 1000)
    this.refresh()
  }

  // Soon, and once for all that has happened until then.
  refresh() {
    this.due = this.due || setTimeout(() => {
      this.due = null
      this.draw(get("stage"))
    }, 30)
  }

  draw(stage) {
    const { line, top, over, begun, nav } = this.parts
    const shown = stage && this.view && this.isHeld(stage) ? this.view.stage : stage
    refill(line, this.lines(get("meeting")))
    refill(this.band, shown && areaName(shown.area))
    top.dataset.area = shown && shown.area ? area(shown.area).number : ""
    this.showStep(stage)
    this.showPanel(stage)
    refill(over, this.overWords(stage))
    refill(begun, this.asked ? null : this.begunElsewhere(stage && stage.ended))
    refill(nav, stage && !this.asked && this.links())
    this.waiting.update()
    this.tick()
  }

  // The connection's state, and whether this is only practice.
  lines(meeting) {
    const { status } = this.phone
    return [
      status !== "online" && para(t(status === "lost" ? "conn.lost" : "conn.connecting")),
      meeting && meeting.rehearsal && para(t("about.rehearsal")),
    ]
  }

  // A step's view stays as long as the step, and longer while there is unsent text in it.
  showStep(stage) {
    if (stage && !(this.view && (sameStep(this.view.stage, stage) || this.isHeld(stage)))) {
      this.turnTo(viewOf(this.phone, stage), stage)
    }
    if (this.view) this.view.update()
  }

  isHeld(stage) {
    const { node, stage: shown } = this.view
    const writing = node.contains(document.activeElement) && document.activeElement.matches("textarea")
    this.held = !sameStep(shown, stage) && (unsent(node) || Boolean(this.held && writing))
    return this.held
  }

  turnTo(view, stage) {
    const focused = this.view && this.view.node.contains(document.activeElement)
    this.view = Object.assign(view, { stage })
    id("main").dataset.step = stage.step || ""
    this.parts.step.replaceChildren(view.node)
    view.update()
    if (focused) this.toHeading()
  }

  toHeading() {
    scrollTo(0, 0)
    const heading = [...id("main").querySelectorAll("h1")].find(it => it.offsetParent)
    if (heading) heading.focus({ preventScroll: true })
  }

  // First the perspective is asked for; after that the address says what lies on top.
  showPanel(stage) {
    this.asked = stage && !stage.ended && this.phone.told && this.phone.own.target_group === null
    const name = this.asked ? "perspective" : location.hash.slice(1)
    const before = this.panel
    const turned = stage && name !== before
    if (turned) {
      this.panel = name
      this.beside = panelOf(this.phone, name)
      this.parts.panel.replaceChildren(...this.beside ? [this.beside.node] : [])
    }
    if (this.beside) this.beside.update()
    this.parts.panel.hidden = !this.beside
    this.parts.step.hidden = this.parts.top.hidden = Boolean(this.beside)
    if (turned && (before !== undefined || !config.session)) this.toHeading()
  }

  // The round is over, but somebody is still writing: nothing is taken away, the new is offered.
  overWords(stage) {
    if (!stage || !this.view || this.panel && this.beside) return null
    const moved = !sameStep(this.view.stage, stage)
    if (!moved && (stage.open || !unsent(this.view.node))) return null
    return [
      para(t(stage.ended ? "ended.title" : "post.round_closed")),
      moved && h("button", { type: "button", id: "move-on", onclick: () => this.moveOn() }, t("moved.go")),
    ]
  }

  moveOn() {
    const stage = get("stage")
    this.turnTo(viewOf(this.phone, stage), stage)
    this.draw(stage)
    this.toHeading()
  }

  // Drafts of other steps than the one that is shown.
  begunElsewhere(ended) {
    const drafts = this.phone.kept.drafts().filter(draft => !this.view || draft.stage.step !== this.view.stage.step)
    return drafts.map((draft, n) => h(
      "section",
      {},
      h("h2", {}, t("draft.title")),
      said("p", { class: "small" }, draft.stage.title),
      h("p", { class: "written", dir: "auto" }, draft.text),
      h("div", { class: "pair" },
        !ended && h("button", { type: "button", id: `go-on-${n}`, onclick: () => this.goOn(draft) }, t("draft.go_on")),
        h("button", { type: "button", id: `throw-${n}`, onclick: () => this.throwAway(draft) }, t("draft.discard"))),
    ))
  }

  goOn({ stage }) {
    location.hash = ""
    this.turnTo(new Writing(this.phone, stage), stage)
    this.draw(get("stage"))
    this.toHeading()
  }

  throwAway({ stage, about }) {
    this.phone.kept.keepDraft(stage.step, about, null)
    this.refresh()
  }

  links() {
    const n = this.phone.told ? this.phone.told.contributions.length : 0
    const link = (name, words) => h("a", { href: `#${name}`, "aria-current": this.panel === name ? "page" : null }, words)
    return [
      link("mine", n ? t("nav.mine", { n }) : t("post.mine")),
      !get("stage").ended && link("perspective", t("group.change")),
      link("about", t("nav.about")),
      !get("stage").ended && link("next-person", t("next.title")),
    ]
  }

  tick() {
    const timer = get("timer")
    const left = timer ? Math.max(0, Math.ceil((timer.ends_at - serverNow()) / 1000)) : 0
    const minutes = left / 60
    this.clock.textContent = left ? t("time.left", { time: `${Math.floor(minutes)}:${String(left % 60).padStart(2, "0")}` }) : ""
    if (minutes !== this.minutes && minutes >= 1 && minutes <= MINUTES_SAID && minutes % 1 === 0) this.say(t("post.round_ending", { n: minutes }))
    this.minutes = minutes
  }

  // The one live region: what is said within 300 ms is said together, and once. What the page
  // does not show elsewhere is also shown, for a while, as "good" or "bad" news.
  say(words, news = "") {
    if (!this.spoken.includes(words)) this.spoken.push(words)
    this.news = news || this.news
    this.saying = this.saying || setTimeout(() => {
      clearTimeout(this.hush)
      this.announce(this.spoken.splice(0).join(" "), this.news)
      this.hush = setTimeout(() => this.announce(""), SAID_FOR)
      this.saying = this.news = null
    }, 300)
  }

  announce(words, news) {
    id("status").replaceChildren(...words ? [para(words, { class: news || "visually-hidden" })] : [])
  }
}

const sameStep = (one, other) => one.step === other.step && Boolean(one.ended) === Boolean(other.ended)

// "2 Lära, utvecklas och växa", read out as "Målområde 2 av 4".
function areaName(name) {
  const it = name && area(name)
  return it && h(
    "p",
    {},
    h("span", { class: "visually-hidden" }, t("post.area_progress", { n: it.number, total: get("meeting").areas.length })),
    h("b", { class: "numerals", "aria-hidden": "true" }, it.number),
    " ",
    said("span", {}, it.name),
  )
}

// ── beside the steps ──────────────────────────────────────────────────────────────────────────

const BESIDE = ["mine", "about", "next-person"]

function panelOf(phone, name) {
  const back = new Page(() => phone.own.target_group !== null && h("a", { class: "back", href: "#main" }, t("nav.back")))
  if (name === "perspective") return new Stack(back, new Page(() => perspective(phone)))
  return BESIDE.includes(name) ? new Stack(back, new Later("own", own => own.panelOf(phone, name))) : null
}

function perspective(phone) {
  const choice = (id, name) => h(
    "li",
    {},
    h("button", {
      type: "button",
      id: `perspective-${id}`,
      "aria-pressed": String(phone.own.target_group === id),
      onclick: () => phone.choose(id),
    }, name),
  )
  const groups = get("meeting").target_groups.filter(it => it.id !== UNDISCLOSED)
  const first = phone.told && !phone.told.contributions.length
  return [
    h("h1", { tabindex: "-1" }, t("group.title")),
    para(t("group.why")),
    h(
      "ul",
      { class: "choices" },
      groups.map(it => choice(it.id, said("span", {}, it.name))),
      choice(UNDISCLOSED, t("group.skip")),
    ),
    first && information(),
  ]
}
