// What happens just now, for whoever asks: said through the one live region, and shown. And what
// others have done, said by and by.
import { serverNow } from "../lib/connection.js"
import { h } from "../lib/element.js"
import { get, keys } from "../lib/records.js"
import { locale, say, t } from "../lib/words.js"
import { area, inParts, isClosed, said } from "./parts.js"
import { kindOf } from "./steps.js"

const AT_MOST_EVERY = 10000

export function tell(screen) {
  const { phone, parts } = screen
  const lines = [...state(screen), ...news(phone)].filter(Boolean)
  const drawn = () => lines.map(line => h("p", {}, line()))
  const hide = () => {
    parts.now.replaceChildren()
    document.getElementById("now").focus()
  }
  screen.announce(h("div", { class: "visually-hidden" }, drawn()))
  parts.now.replaceChildren(...drawn(), h("button", { type: "button", id: "hide-now", onclick: hide }, t("now.hide")))
}

// Lines that can be drawn, twice: words of the municipality keep their language.
const words = (key, params) => () => t(key, params)
const theirs = text => say(text).words && (() => said("span", {}, text))

function state({ phone, asked, view }) {
  const stage = get("stage")
  const held = view && view.stage.step !== (stage || {}).step
  const apart = phone.status !== "online" && words(phone.status === "lost" ? "conn.lost" : "conn.connecting")
  if (!stage) return [apart]
  if (stage.ended) return [apart, words("ended.title"), words("ended.body"), ...ours(phone)]
  return [
    apart,
    ...where(stage),
    asked ? words(asked === "perspective" ? "now.do_perspective" : "now.do_begin") : held ? words("post.round_closed") : whatToDo(phone, stage),
    timeLeft(stage),
    stage.kind === "dots" && stage.open && !phone.table && words("vote.left", { n: dotsLeft(phone, stage) }),
    ...ours(phone),
  ]
}

function where({ step, number, total, title, prompt, area: id }) {
  if (step === null) return [words("now.lobby")]
  const it = id && area(id)
  return [
    get("meeting").self_paced ? theirs(title) : () => inParts("now.step", "title", title, { number, total }),
    it && (() => [t("post.area_progress", { n: it.number, total: get("meeting").areas.length }), ": ", said("span", {}, it.name)]),
    theirs(prompt),
  ]
}

const TO_DO = {
  check: "now.do_check",
  "try-out": "now.do_try",
  evaluation: "now.do_answer",
  "table-talk": "wait.listen",
}

function whatToDo(phone, stage) {
  const kind = kindOf(stage)
  if (phone.table && ["dots", "evaluation", "check"].includes(kind)) return words("table.own_phones")
  if (kind === "topics") return words(isClosed(stage) ? "window.over" : "now.do_topics")
  if (stage.takes && kind !== "check") {
    return words(phone.mayWriteIn(stage) ? "now.do_write" : kind === "table-talk" ? "wait.listen" : "post.closed")
  }
  if (kind === "dots") return words(stage.open ? "now.do_dots" : "vote.closed")
  if (kind === "break" && stage.until) return words("wait.paused", { time: stage.until })
  return words(TO_DO[kind] || "now.do_read")
}

function timeLeft({ closes_at: closes }) {
  if (closes) return words(serverNow() < closes ? "window.closes" : "window.closed", { time: swedishTime(closes) })
  const timer = get("timer")
  if (!timer) return null
  const seconds = (timer.ends_at - serverNow()) / 1000
  if (seconds <= 0) return words("now.time_over")
  return seconds < 60 ? words("now.time_short") : words("now.time", { n: Math.round(seconds / 60) })
}

// A point of time (ms since 1970) in Sweden, wherever the reader is.
export function swedishTime(at) {
  return new Intl.DateTimeFormat(locale, {
    weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", timeZone: "Europe/Stockholm",
  }).format(at)
}

function dotsLeft({ own }, { dots }) {
  return Math.max(0, Object.values(own.dots).reduce((left, n) => left - n, dots))
}

// How many of one's own have come, and how they stand.
function ours({ told, outbox }) {
  const all = told ? told.contributions : []
  const count = (...standings) => all.filter(it => standings.includes(it.standing)).length
  const waiting = outbox.waiting().filter(it => it.command.type === "post-contribution").length
  return [
    all.length ? words("now.mine", { n: all.length }) : !waiting && words("now.mine_none"),
    ...[["visible", count("visible")], ["held", count("held")], ["hidden", count("hidden", "withdrawn")], ["waiting", waiting]]
      .map(([name, n]) => n > 0 && words(`now.${name}`, { n })),
  ]
}

// ── what is new since it was last asked for ───────────────────────────────────────────────────

function news(phone) {
  const before = phone.kept.me.seen
  const now = seen(phone)
  phone.kept.note({ seen: now })
  if (!before) return []
  const changed = Object.entries(now.standings).filter(([id, it]) => before.standings[id] && before.standings[id] !== it).length
  const fresh = [
    now.step !== before.step && words("now.new_step"),
    changed > 0 && words("now.new_own", { n: changed }),
    now.all > before.all && words("now.new_contributions", { n: now.all - before.all }),
    now.groups > before.groups && words("now.new_groups", { n: now.groups - before.groups }),
  ]
  return fresh.some(Boolean) ? fresh : [words("now.nothing_new")]
}

function seen({ told }) {
  const { step, ended } = get("stage") || {}
  return {
    step: ended ? "ended" : step,
    all: (get("counts") || { contributions: 0 }).contributions,
    groups: keys("group/").length,
    standings: Object.fromEntries((told ? told.contributions : []).map(it => [it.contribution, it.standing])),
  }
}

// ── what others have done: at most every ten seconds, all that has happened until then ────────

let others = { step: null, n: 0 }
let standing = { shown: 0, hidden: 0 }
let last = 0
let waits = null

// What others have written in this step, where it is shown.
export function heard(phone, changed) {
  const { step, others_shown: shown } = get("stage") || {}
  const n = shown ? fromOthers(phone) : 0
  if (others.step !== step || n < others.n) others = { step, n }
  if (n > others.n && changed.some(key => key.startsWith("other/"))) soon(phone)
}

function fromOthers({ own }) {
  const mine = new Set(own.contributions.map(it => it.contribution))
  return keys("other/").filter(key => !mine.has(get(key).contribution)).length
}

// What moderators have decided of one's own.
export function heardOfOwn(phone, before, after) {
  const was = new Map(before.contributions.map(it => [it.contribution, it.standing]))
  for (const it of after.contributions) {
    if (was.get(it.contribution) === "held" && it.standing === "visible") standing.shown++
    if (was.has(it.contribution) && was.get(it.contribution) !== "hidden" && it.standing === "hidden") standing.hidden++
  }
  if (standing.shown + standing.hidden > 0) soon(phone)
}

function soon(phone) {
  waits ??= setTimeout(() => {
    last = Date.now()
    waits = null
    const n = fromOthers(phone)
    const told = [
      n > others.n && t("others.more", { n: n - others.n }),
      standing.shown > 0 && t("mine.now_shown", { n: standing.shown }),
      standing.hidden > 0 && t("mine.now_hidden", { n: standing.hidden }),
    ]
    others.n = n
    standing = { shown: 0, hidden: 0 }
    told.filter(Boolean).forEach(words => phone.say(words))
  }, Math.max(0, last + AT_MOST_EVERY - Date.now()))
}
