// The line to the server: sends what staff ask for and puts the answer where it was asked. On a
// page about a whole dialogue each wish says what the page had seen (see work_commands.py).
import { connect } from "../lib/connection.js"
import { h, op } from "../lib/element.js"
import { position, watch } from "../lib/records.js"
import { config, t } from "../lib/words.js"

const PATIENCE = 8000
const MINE = 100
const RECORDS_WITHIN = 1000 // after an answer; a wish that changed nothing has no records
const waiting = new Map()
const listeners = new Set()
const asked = new Map() // control -> {saw, seq}: the records have what was asked for with it from there on
const undrawn = new Map() // place that is not drawn while it asks -> how far into the log it shows
let connection = null
let turn = Promise.resolve() // a page about a whole dialogue sends a wish once it knows what the one before it did

// A page shows its work once it knows what there is to work with. This watches before all others:
// they may set the focus there.
const unwatch = watch("", () => {
  document.querySelector("main").hidden = false
  unwatch()
})

// The seqs of what this page has done.
export const done = new Set()

// What is true just now and in no record.
export const now = { status: "connecting", connected: 0, tried: 0, projectors: 0, lately: 0, in_step: 0, unusual: false }

// `fn` is called when `now` has changed.
export function heard(fn) {
  listeners.add(fn)
}

let inWords = async (refusal) => t(`refusal.${refusal.kind}`, refusal)

// Opens the line; the page sees what `audience` may see. `wordsOf`: how a refusal is said, where the
// catalogue's words are not enough.
export function start(audience, wordsOf = inWords) {
  inWords = wordsOf
  connection = connect({
    session: config.session,
    dialogue: config.dialogue,
    audience,
    onStatus: (status) => {
      change({ status })
      if (status === "online") back()
      else dropUnsent()
    },
    onPresence: ({ connected, tried, projectors, lately, in_step, unusual }) =>
      change({ connected, tried, projectors, lately, in_step, unusual }),
    onMine: () => {},
    onAck: (ack) => settle(ack.op, ack),
    onNack: (nack) => refused(nack),
  })
}

// How far into the log the page has seen: what it shows, with `control` what it shows there. What it
// did itself and does not show yet is said apart: the number of that would stand for what others did
// before it, too.
export function seen(control = null) {
  for (const place of undrawn.keys()) if (!place.isConnected || !asks(place)) undrawn.delete(place)
  const there = [...undrawn].filter(([place]) => place.contains(control)).map(([, saw]) => saw)
  return Math.max(Math.min(position().seq, ...there), 0)
}

// The command as it is sent from a page about a whole dialogue, that showed `saw` when it was made.
function withSeen(command, saw) {
  if (!config.dialogue || ["undo", "translate-contribution"].includes(command.type)) return command
  const said = { seen: saw, ...command }
  const mine = [...done].filter((seq) => seq > said.seen).slice(-MINE)
  return mine.length ? { ...said, mine } : said
}

// Keeps `place` saying what is wrong with the line, if anything.
export function watchLine(place) {
  heard(() => {
    document.body.dataset.line = now.status
    const words = now.status === "online" ? "" : t(`console.line_${now.status}`)
    if (place.textContent !== words) place.textContent = words
    place.hidden = !words
    if (now.status === "reload") location.reload()
  })
}

// Asks for `command` on behalf of `button`. Resolves to the acknowledgement, or to null when it
// was refused. `kept`: survives a lost connection and is sent again under the same id. A command
// that carries a `seen` keeps it: somebody may have begun to write before the page changed.
export function wish(command, button, kept = false) {
  if (button.getAttribute("aria-busy") === "true") return Promise.resolve(null)
  answer(button, "")
  if (now.status !== "online" && !kept) {
    answer(button, t("console.not_connected"))
    return Promise.resolve(null)
  }
  const [id, saw] = [op(), seen(button)]
  button.setAttribute("aria-busy", "true")
  asked.set(button, { saw, seq: Infinity })
  const answered = new Promise((resolve) => waiting.set(id, { command, saw, button, kept, resolve }))
  if (config.dialogue) turn.then(() => send(id))
  else send(id)
  turn = answered
  return answered
}

function send(id) {
  const wished = waiting.get(id)
  if (!wished) return
  const { button, kept } = wished
  wished.late = setTimeout(() => {
    answer(button, t(kept ? "console.still_sending" : "console.no_answer"))
    if (!kept) settle(id, null)
  }, PATIENCE)
  wished.command = withSeen(wished.command, wished.saw)
  connection.do(id, wished.command)
}

// What was to go after something whose answer the broken line has taken with it does not go: it would
// come after what is done from now on.
function dropUnsent() {
  for (const [id, { late, button }] of waiting) {
    if (late) continue
    settle(id, null)
    answer(button, t("console.no_answer"))
  }
}

// Does `place` show what was asked for there, and the records do not have yet? Whoever draws leaves
// it as it is: a choice would else flip back before it holds.
export function asks(place) {
  const its = [...asked].filter(([control, { seq }]) => seq > position().seq && place.contains(control))
  if (its.length && !undrawn.has(place)) undrawn.set(place, Math.min(...its.map(([, { saw }]) => saw)))
  return its.length > 0
}

// The line is back: what was kept goes again, and what was said about the line is no longer true.
function back() {
  turn = Promise.resolve()
  for (const [id, { command, kept }] of waiting) if (kept) connection.do(id, command)
  for (const said of document.querySelectorAll(".answer")) {
    if (said.textContent === t("console.not_connected")) said.textContent = ""
  }
}

// Writes `words` beside what was pressed; "" takes them away.
export function answer(button, words) {
  const place = button.closest("[data-answers]") || button.parentElement
  let line = [...place.children].find((child) => child.classList.contains("answer"))
  if (!line) {
    if (!words) return
    line = h("p", { class: "answer", role: "alert" })
    place.append(line)
  }
  line.textContent = words
}

function settle(id, ack) {
  const wished = waiting.get(id)
  if (!wished) return
  waiting.delete(id)
  clearTimeout(wished.late)
  wished.button.removeAttribute("aria-busy")
  asked.delete(wished.button)
  if (ack) {
    done.add(ack.seq)
    const has = { saw: wished.saw, seq: ack.seq }
    asked.set(wished.button, has)
    setTimeout(() => asked.get(wished.button) === has && asked.delete(wished.button), RECORDS_WITHIN)
    answer(wished.button, "")
  }
  wished.resolve(ack)
}

async function refused({ op: id, refusal, retry }) {
  const wished = waiting.get(id)
  if (!wished) return
  if (wished.kept && retry) {
    setTimeout(() => connection.do(id, wished.command), retry * 1000)
    return
  }
  const words = await inWords(refusal)
  settle(id, null)
  answer(wished.button, words)
}

function change(what) {
  Object.assign(now, what)
  for (const fn of listeners) fn()
}
