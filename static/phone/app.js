// The phone: joins, keeps its connection, and shows the step that is going on.
import { connect, serverNow } from "../lib/connection.js"
import { h, op } from "../lib/element.js"
import { Kept, Outbox } from "../lib/outbox.js"
import { get, watch } from "../lib/records.js"
import { config, say, t, tag } from "../lib/words.js"
import { area, para, refill, said, unsent } from "./parts.js"
import { panelOf } from "./reading.js"
import { viewOf } from "./steps.js"
import { Waiting, Writing } from "./writing.js"

const SAID_FOR = 6000
const MINUTES_SAID = 5
const ALONE = "post-contribution" // the only command whose words are worth keeping when refused

const id = name => document.getElementById(name)

// ── to join ───────────────────────────────────────────────────────────────────────────────────

async function join(event) {
  event.preventDefault()
  const [button, code, error] = [id("join-button"), id("code"), id("join-error")]
  button.disabled = true
  const answer = await ask("/api/join", { code: code.value })
  button.disabled = false
  if (answer.session) return enter(answer.session)
  error.textContent = answer.url ? t("join.ended", answer) : t(`refusal.${answer.kind}`, answer)
  code.setAttribute("aria-invalid", "true")
  code.focus()
}

async function ask(path, body = {}) {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    })
    return await answer.json()
  } catch {
    return { kind: "no-answer" }
  }
}

function enter(session) {
  history.replaceState(null, "", `/s/${session}`)
  new Phone(session).start()
}

// ── in a session ──────────────────────────────────────────────────────────────────────────────

class Phone {
  status = "connecting"
  own = { target_group: null, contributions: [], dots: {}, answers: {}, evaluation: {} }
  told = null // the server's last word on what is our own
  view = null // of a step: {node, update(), stage}
  panel = null
  spoken = []

  constructor(session) {
    this.session = session
    this.kept = new Kept(session)
    this.outbox = new Outbox({
      session,
      person: this.kept.me.person,
      send: (op, command) => this.connection.do(op, command),
      probe: () => this.connection.probe(),
      changed: (entry, outcome) => this.changed(entry, outcome),
    })
  }

  start() {
    this.frame()
    watch("", changed => this.heard(changed))
    this.connection = connect({
      session: this.session,
      audience: "phone",
      onStatus: status => this.connected(status),
      onMine: own => this.mine(own),
      onAck: frame => this.outbox.acknowledged(frame.op),
      onNack: ({ op, refusal, retry }) =>
        op ? this.outbox.refused(op, refusal, retry) : this.outbox.unreadable(refusal),
    })
    this.outbox.open().then(() => this.refresh())
    addEventListener("hashchange", () => this.turn())
    setInterval(() => this.tick(), 1000)
  }

  // ── what is done ────────────────────────────────────────────────────────────────────────────

  do(command) {
    return this.outbox.put(op(), command)
  }

  post({ step, begun, kind, text, topic, area }) {
    const receipt = this.kept.nextReceipt()
    return this.do({ type: ALONE, step, begun, kind, text, topic, area, language: tag, receipt })
  }

  // Shown at once; the server's word counts when nothing more is on its way.
  meanwhile(change, command) {
    change(this.own)
    this.refresh()
    this.do(command)
  }

  respond(group, answer) {
    this.meanwhile(own => own.answers[group] = answer, { type: "respond-to-group", group, answer })
  }

  dot(contribution, step) {
    const type = step > 0 ? "place-dot" : "take-dot"
    this.meanwhile(own => own.dots[contribution] = (own.dots[contribution] || 0) + step, { type, contribution })
  }

  evaluate(question, option) {
    this.meanwhile(own => own.evaluation[question] = option, { type: "answer-evaluation", question, option })
  }

  choose(target_group) {
    this.meanwhile(own => own.target_group = target_group, { type: "choose-perspective", target_group })
    location.hash = ""
  }

  // Somebody else takes the phone: nothing of the one before is left on it.
  async nextPerson() {
    const answer = await ask(`/api/s/${this.session}/next-person`)
    this.refusedNext = answer.session ? null : answer.kind
    if (this.refusedNext) return this.refresh()
    this.connection.close()
    await this.outbox.empty()
    this.kept.forgetDrafts()
    this.kept.renew()
    location.replace(`/s/${this.session}`)
  }

  // ── what is heard ───────────────────────────────────────────────────────────────────────────

  connected(status) {
    if (status === "reload") return reload()
    if (status === "ended") return this.leave()
    if (status === "online" && this.status === "lost") this.say(t("conn.back"), "good")
    if (status === "lost" && this.status === "online") this.say(t("conn.lost"))
    this.status = status
    if (status === "online") {
      this.outbox.reconnected()
      keepShell()
    }
    this.refresh()
  }

  // Not admitted (any longer): the code is asked for again; what waits is still here afterwards.
  leave() {
    const meeting = get("meeting")
    location.replace(meeting ? `/j/${meeting.code}` : "/")
  }

  mine(own) {
    this.told = own
    if (this.outbox.waiting().every(it => it.command.type === ALONE)) this.believe()
    this.refresh()
  }

  believe() {
    if (this.told) this.own = JSON.parse(JSON.stringify(this.told))
  }

  changed({ command: { type }, refusal }, outcome) {
    const thanks = {
      "post-contribution": get("stage") && get("stage").held ? "post.sent_premod" : "post.sent",
      "try-it-out": "try.sent",
      "withdraw-contribution": "post.withdrawn",
    }[type]
    if (outcome === "ack" && thanks) this.say(t(thanks), "good")
    if (outcome === "refused") this.say(t(`refusal.${refusal.kind}`, refusal), "bad")
    if (outcome === "refused" && type !== ALONE) this.believe()
    this.refresh()
  }

  heard(changed) {
    if (changed.includes("stage")) this.moved(get("stage"))
    if (changed.some(key => key !== "counts")) this.refresh()
  }

  moved({ step, title, prompt, ended }) {
    if (ended) this.say(t("ended.title"))
    else if (this.step !== undefined && this.step !== step) this.say(t("moved.to", { title: say(prompt).words || say(title).words }))
    this.step = step
  }

  // ── what is shown ───────────────────────────────────────────────────────────────────────────

  frame() {
    const names = ["line", "top", "over", "step", "panel", "begun", "nav"]
    this.parts = Object.fromEntries(names.map(name => [name, h(name === "nav" ? "nav" : "div", { class: name })]))
    this.waiting = new Waiting(this)
    this.band = h("div", {})
    this.clock = h("p", { class: "clock numerals", role: "timer" })
    this.parts.nav.setAttribute("aria-label", t("nav.label"))
    id("main").replaceChildren(...Object.values(this.parts))
    this.parts.top.append(this.band, this.clock)
    this.parts.panel.after(this.waiting.node)
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
    refill(line, this.status !== "online" && para(t(this.status === "lost" ? "conn.lost" : "conn.connecting")))
    refill(this.band, shown && areaName(shown.area))
    top.dataset.area = shown && shown.area ? area(shown.area).number : ""
    this.showStep(stage)
    this.showPanel(stage)
    refill(over, this.overWords(stage))
    refill(begun, this.asked ? null : this.begunElsewhere())
    refill(nav, stage && !this.asked && this.links())
    this.waiting.update()
    this.tick()
  }

  // A step's view stays as long as the step, and longer while there is unsent text in it.
  showStep(stage) {
    if (stage && !(this.view && (sameStep(this.view.stage, stage) || this.isHeld(stage)))) {
      this.turnTo(viewOf(this, stage), stage)
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
    const heading = [...id("main").querySelectorAll("h1")].find(it => it.offsetParent)
    if (heading) heading.focus()
  }

  // First the perspective is asked for; after that the address says what lies on top.
  showPanel(stage) {
    this.asked = stage && !stage.ended && this.told && this.own.target_group === null
    const name = this.asked ? "perspective" : location.hash.slice(1)
    if (name !== this.panel) {
      this.panel = name
      this.top = stage ? panelOf(this, name) : null
      this.parts.panel.replaceChildren(...this.top ? [this.top.node] : [])
    }
    if (this.top) this.top.update()
    this.parts.panel.hidden = !this.top
    this.parts.step.hidden = this.parts.top.hidden = Boolean(this.top)
  }

  turn() {
    this.draw(get("stage"))
    scrollTo(0, 0)
    this.toHeading()
  }

  // The round is over, but somebody is still writing: nothing is taken away, the new is offered.
  overWords(stage) {
    if (!stage || !this.view || this.panel && this.top) return null
    const moved = !sameStep(this.view.stage, stage)
    if (!moved && (stage.open || !unsent(this.view.node))) return null
    return [
      para(t(stage.ended ? "ended.title" : "post.round_closed")),
      moved && h("button", { type: "button", id: "move-on", onclick: () => this.moveOn() }, t("moved.go")),
    ]
  }

  moveOn() {
    const stage = get("stage")
    this.turnTo(viewOf(this, stage), stage)
    this.draw(stage)
    this.toHeading()
  }

  // Drafts of other steps than the one that is shown.
  begunElsewhere() {
    const drafts = this.kept.drafts().filter(draft => !this.view || draft.stage.step !== this.view.stage.step)
    return drafts.map((draft, n) => h(
      "section",
      {},
      h("h2", {}, t("draft.title")),
      said("p", { class: "small" }, draft.stage.title),
      h("p", { class: "written", dir: "auto" }, draft.text),
      h("div", { class: "pair" },
        h("button", { type: "button", id: `go-on-${n}`, onclick: () => this.goOn(draft) }, t("draft.go_on")),
        h("button", { type: "button", id: `throw-${n}`, onclick: () => this.throwAway(draft) }, t("draft.discard"))),
    ))
  }

  goOn({ stage }) {
    location.hash = ""
    this.turnTo(new Writing(this, stage), stage)
    this.draw(get("stage"))
    this.toHeading()
  }

  throwAway({ stage, about }) {
    this.kept.keepDraft(stage.step, about, null)
    this.refresh()
  }

  links() {
    const n = this.told ? this.told.contributions.length : 0
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

// An old page is told to load anew; once, lest it goes round.
function reload() {
  if (Date.now() - Number(sessionStorage.getItem("reloaded")) < 60000) return
  sessionStorage.setItem("reloaded", Date.now())
  location.reload()
}

// So that the page can be loaded again without a network. Only where browsers allow it (HTTPS).
let shellKept = false
function keepShell() {
  if (shellKept || !isSecureContext || !navigator.serviceWorker) return
  shellKept = true
  const plain = { createScriptURL: url => url }
  const policy = window.trustedTypes ? trustedTypes.createPolicy("app", plain) : plain
  setTimeout(async () => {
    await navigator.serviceWorker.register(policy.createScriptURL("/sw.js"))
    const { active } = await navigator.serviceWorker.ready
    const files = performance.getEntriesByType("resource").map(it => it.name).filter(name => name.includes("/static/"))
    active.postMessage([location.href, ...files])
  }, 2000)
}

if (config.session) enter(config.session)
else id("join").addEventListener("submit", join)
