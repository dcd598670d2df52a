// The phone: joins, keeps its connection, sends what is done and hears what happens. Start here;
// screen.js draws it.
import { connect } from "../lib/connection.js"
import { op } from "../lib/element.js"
import { forgetOld, Kept, Outbox } from "../lib/outbox.js"
import { get, watch } from "../lib/records.js"
import { at, config, say, t, tag } from "../lib/words.js"

// What is drawn loads while we connect, so that neither waits for the other.
const screen = Promise.all([import("./screen.js"), import("./parts.js")])
const ALONE = "post-contribution" // the only command whose words are worth keeping when refused

const id = name => document.getElementById(name)

// ── to join ───────────────────────────────────────────────────────────────────────────────────

async function join(event) {
  event.preventDefault()
  const [button, code, error] = [id("join-button"), id("code"), id("join-error")]
  button.disabled = true
  const answer = await ask(at("/api/join"), { code: code.value })
  button.disabled = false
  if (answer.session) return enter(answer.session)
  error.textContent = answer.url ? t("join.ended", answer) : t(`refusal.${answer.kind}`, answer)
  code.setAttribute("aria-invalid", "true")
  code.focus()
}

export async function ask(path, body = {}) {
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

// Until when the session's window is open, if it is one.
function closing() {
  return (get("stage") || {}).closes_at
}

function enter(session) {
  history.replaceState(null, "", at(`/s/${session}`))
  new Phone(session).start()
}

// ── in a session ──────────────────────────────────────────────────────────────────────────────

class Phone {
  status = "connecting"
  own = { target_group: null, contributions: [], dots: {}, answers: {}, evaluation: {} }
  told = null // the server's last word on what is our own

  constructor(session) {
    this.session = session
    this.kept = new Kept(session)
    this.outbox = new Outbox({
      session,
      person: this.kept.me.person,
      send: (op, command) => this.connection.do(op, command),
      probe: () => this.connection.probe(),
      changed: (entry, outcome) => this.changed(entry, outcome),
      closing,
    })
  }

  // The table whose device this is; "" for somebody's phone.
  get table() {
    return this.own.table || ""
  }

  start() {
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
    screen.then(([{ Screen }]) => this.screen = new Screen(this))
  }

  refresh() {
    if (this.screen) this.screen.refresh()
  }

  say(words, news) {
    if (this.screen) this.screen.say(words, news)
  }

  // ── what is done ────────────────────────────────────────────────────────────────────────────

  do(command) {
    return this.outbox.put(op(), command)
  }

  post({ step, begun, kind, text, topic, area }) {
    const receipt = this.kept.nextReceipt(closing())
    const people = this.table ? this.kept.me.people || 1 : undefined
    return this.do({ type: ALONE, step, begun, kind, text, topic, area, people, language: tag, receipt })
  }

  // Shown at once; the server's word counts when nothing more is on its way.
  meanwhile(change, command) {
    change(this.own)
    this.refresh()
    this.do(command)
  }

  choose(target_group) {
    this.kept.note({ read: 1 })
    this.meanwhile(own => own.target_group = target_group, { type: "choose-perspective", target_group })
    location.hash = ""
  }

  // Whether what is begun in the step just now may be sent.
  mayWriteIn({ open, kind }) {
    return open && (kind !== "table-talk" || Boolean(this.table))
  }

  // ── what is heard ───────────────────────────────────────────────────────────────────────────

  connected(status) {
    if (status === "reload") return reload()
    if (status === "ended") return this.leave()
    if (status === "online" && this.status === "lost") this.say(t("conn.back"), "good")
    if (status === "lost" && this.status === "online") this.say(t("conn.lost"))
    if (status === "elsewhere") this.fetchLater().then(() => this.say(t("elsewhere.open")))
    this.status = status
    if (status !== "connecting") this.fetchLater()
    if (status === "online") {
      this.outbox.reconnected()
      if (this.hasAll) keepShell()
    }
    this.refresh()
  }

  // Begun when the first answer has come, or none: it must not stand in the way of that.
  fetchLater() {
    this.later ??= screen.then(async ([, { fetchLater }]) => {
      await fetchLater(() => {
        this.heard([]) // what is here already is no news
        this.refresh()
      })
      this.hasAll = true
      if (this.status === "online") keepShell()
    })
    return this.later
  }

  // Not admitted (any longer): the code is asked for again; what waits is still here afterwards.
  leave() {
    const meeting = get("meeting")
    location.replace(meeting && meeting.code ? at(`/j/${meeting.code}`) : at("/"))
  }

  mine(own) {
    if (this.screen && this.told) this.screen.heardOfOwn(this.told, own)
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
      "answer-evaluation": "evaluation.saved",
      "withdraw-contribution": "post.withdrawn",
    }[type]
    if (outcome === "ack" && thanks) this.say(t(thanks), "good")
    if (outcome === "refused") this.fetchLater().then(() => this.say(t(`refusal.${refusal.kind}`, refusal), "bad"))
    if (outcome === "refused" && type !== ALONE) this.believe()
    this.refresh()
  }

  heard(changed) {
    if (changed.includes("stage")) this.moved(get("stage"))
    if (this.screen) this.screen.heard(changed)
    if (changed.some(key => key !== "counts")) this.refresh()
  }

  moved({ step, title, prompt, ended }) {
    if (ended) this.say(t("ended.title"))
    else if (this.step !== undefined && this.step !== step) this.say(t("moved.to", { title: say(prompt).words || say(title).words }))
    this.step = step
  }
}

// An old page is told to load anew; once, lest it goes round.
function reload() {
  if (Date.now() - Number(sessionStorage.getItem("reloaded")) < 60000) return
  sessionStorage.setItem("reloaded", Date.now())
  location.reload()
}

// So that the page can be loaded again without a network. Only where browsers allow it (HTTPS).
let shellKept = false
let policy = { createScriptURL: () => at("/sw.js") }
if (window.trustedTypes) policy = trustedTypes.createPolicy("app", policy)

function keepShell() {
  if (shellKept || !isSecureContext || !navigator.serviceWorker) return
  shellKept = true
  const keep = async () => {
    await navigator.serviceWorker.register(policy.createScriptURL(""))
    const { active } = await navigator.serviceWorker.ready
    const files = performance.getEntriesByType("resource").map(it => it.name).filter(name => name.includes("/static/"))
    active.postMessage([location.href, ...files])
  }
  setTimeout(() => keep().catch(() => shellKept = false), 2000)
}

forgetOld()
if (config.session) enter(config.session)
else {
  // A code of one's own comes after #, where no log sees it.
  if (location.hash) id("code").value = location.hash.slice(1)
  id("join").addEventListener("submit", join)
}
