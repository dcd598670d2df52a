// What the phone shows: the step that is going on, and what can always be reached beside it.
import { serverNow } from "../lib/connection.js"
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { config, t } from "../lib/words.js"
import { area, isClosed, Later, module, Page, para, refill, said, Stack, unsent } from "./parts.js"
import { beforehand, viewOf } from "./steps.js"
import { Waiting } from "./writing.js"

const SAID_FOR = 6000
const MINUTES_SAID = 5
const UNDISCLOSED = "undisclosed"

// The phone has newer pages, and this one has stopped: it may go on in their stead.
const goOnHere = () => [
  para(t("elsewhere.open")),
  h("p", {}, h("button", { type: "button", id: "go-on-here", onclick: () => location.reload() }, t("elsewhere.here"))),
]

const id = name => document.getElementById(name)

export class Screen {
  view = null // of a step: {node, update(), stage}
  spoken = new Map() // words -> what kind of news they are

  constructor(phone) {
    this.phone = phone
    const names = ["bar", "line", "now", "top", "over", "step", "panel", "begun", "nav"]
    this.parts = Object.fromEntries(names.map(name => [name, h(name === "nav" ? "nav" : "div", { class: name })]))
    this.waiting = new Waiting(this.phone)
    this.table = h("p", {})
    this.clock = h("p", { class: "clock numerals", role: "timer" })
    this.parts.nav.setAttribute("aria-label", t("nav.label"))
    id("main").replaceChildren(...Object.values(this.parts))
    const ask = h("button", { type: "button", id: "now", onclick: () => this.tellNow() }, t("now.ask"))
    this.parts.bar.append(ask, this.table, this.clock)
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
    const { table } = this.phone
    const shown = stage && this.view && this.isHeld(stage) ? this.view.stage : stage
    refill(line, this.lines(get("meeting")))
    this.table.textContent = table ? t("nav.table", { table }) : ""
    refill(top, shown && areaName(shown.area))
    top.dataset.area = shown && shown.area ? area(shown.area).number : ""
    this.showStep(stage)
    this.showPanel(stage)
    refill(over, this.overWords(stage))
    refill(begun, !this.asked && module("unsent") && module("unsent").begunElsewhere(this))
    refill(nav, stage && !this.asked && this.links())
    this.waiting.update()
    this.tick()
  }

  // The connection's state, and whether this is only practice.
  lines(meeting) {
    const { status } = this.phone
    return [
      status === "elsewhere" ? goOnHere() : status !== "online" && para(t(status === "lost" ? "conn.lost" : "conn.connecting")),
      meeting && meeting.rehearsal && para(t("about.rehearsal")),
    ]
  }

  // A step's view stays as long as the step, and longer while there is unsent text in it.
  showStep(stage) {
    const ours = this.view && this.view.table === this.phone.table
    if (stage && !(ours && (sameStep(this.view.stage, stage) || this.isHeld(stage)))) {
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
    this.view = Object.assign(view, { stage, table: this.phone.table })
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

  // What comes first to whoever has just come in: the perspective or, where the session sets
  // it, what can be influenced; after that the address says what lies on top.
  showPanel(stage) {
    const { told, table, own: { target_group }, kept: { me } } = this.phone
    const asks = target_group === null ? "perspective" : !me.read && told && !told.contributions.length && "beforehand"
    this.asked = stage && !stage.ended && told && !table && asks
    const name = this.asked || location.hash.slice(1)
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
    if (!moved && (this.phone.mayWriteIn(stage) || !unsent(this.view.node))) return null
    return [
      para(t(stage.ended ? "ended.title" : "post.round_closed")),
      moved && h("button", { type: "button", id: "move-on", onclick: () => this.moveTo(viewOf(this.phone, stage), stage) }, t("moved.go")),
    ]
  }

  // Because the person wants to: the focus goes along.
  moveTo(view, stage) {
    this.turnTo(view, stage)
    this.draw(get("stage"))
    this.toHeading()
  }

  links() {
    const n = this.phone.told ? this.phone.told.contributions.length : 0
    const link = (name, words) => h("a", { href: `#${name}`, "aria-current": this.panel === name ? "page" : null }, words)
    const { table } = this.phone
    const oneOfMany = !get("stage").ended && !table
    return [
      link("mine", table ? t("nav.notes", { n }) : n ? t("nav.mine", { n }) : t("post.mine")),
      oneOfMany && link("perspective", t("group.change")),
      link("about", t("nav.about")),
      oneOfMany && get("meeting").code && link("next-person", t("next.title")),
    ]
  }

  tick() {
    const timer = get("timer")
    const left = timer ? Math.max(0, Math.ceil((timer.ends_at - serverNow()) / 1000)) : 0
    const minutes = left / 60
    this.clock.textContent = left ? t("time.left", { time: `${Math.floor(minutes)}:${String(left % 60).padStart(2, "0")}` }) : ""
    if (minutes !== this.minutes && minutes >= 1 && minutes <= MINUTES_SAID && minutes % 1 === 0) this.say(t("post.round_ending", { n: minutes }))
    this.minutes = minutes
    const stage = get("stage")
    const closed = Boolean(stage) && isClosed(stage)
    if (closed !== this.closed) this.refresh()
    this.closed = closed
  }

  // Said and shown: what happens just now.
  tellNow() {
    const now = module("now")
    if (now) now.tell(this)
    else this.say(t(this.phone.status === "lost" ? "conn.lost" : "conn.connecting"))
  }

  // What others have done is said by and by: see there.
  heard(changed) {
    if (module("now")) module("now").heard(this.phone, changed)
  }

  heardOfOwn(before, after) {
    if (module("now")) module("now").heardOfOwn(this.phone, before, after)
  }

  // The one live region: what is said within 300 ms is said together, and once. What the page
  // does not show elsewhere is also shown, for a while, as "good" or "bad" news.
  say(words, news = "") {
    this.spoken.set(words, news || this.spoken.get(words))
    this.news = news || this.news
    this.saying = this.saying || setTimeout(() => {
      const all = [...this.spoken].flatMap(([said, shown]) => [" ", h("span", { class: shown ? null : "visually-hidden" }, said)])
      this.announce(para(all.slice(1), { class: this.news || "visually-hidden" }))
      this.spoken.clear()
      this.saying = this.news = null
    }, 300)
  }

  announce(node) {
    clearTimeout(this.hush)
    id("status").replaceChildren(node)
    this.hush = setTimeout(() => id("status").replaceChildren(), Math.max(SAID_FOR, node.textContent.length * 60))
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
  const back = new Page(() => (phone.table || phone.own.target_group !== null) && h("a", { class: "back", href: "#main" }, t("nav.back")))
  if (name === "beforehand") return new Page(() => toBegin(phone))
  if (name === "perspective") return new Stack(back, new Page(() => perspective(phone)))
  return BESIDE.includes(name) ? new Stack(back, new Later("own", own => own.panelOf(phone, name))) : null
}

function toBegin(phone) {
  const goOn = () => {
    phone.kept.note({ read: 1 })
    phone.refresh()
  }
  return [
    said("h1", { tabindex: "-1" }, get("meeting").title),
    beforehand(),
    h("button", { type: "button", id: "go-on", class: "primary", onclick: goOn }, t("join.go_on")),
  ]
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
    first && beforehand(),
  ]
}
