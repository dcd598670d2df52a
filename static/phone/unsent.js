// What has been written and not sent: what was refused, and what was begun in another step.
import { h } from "../lib/element.js"
import { get, position } from "../lib/records.js"
import { t } from "../lib/words.js"
import { isClosed, said } from "./parts.js"
import { kindOf, viewOf } from "./steps.js"
import { adviceOn, Writing } from "./writing.js"

const MISPLACED = ["step-closed", "unknown-step", "wrong-topic"]

// Refused words are kept to be changed; `why` says what to change.
export function form(phone, entry, why) {
  const { command, refusal } = entry
  const id = `refused-${entry.op}`
  const text = h("textarea", { id, rows: "3", dir: "auto", value: command.text, oninput: () => {
    command.text = text.value
    phone.outbox.keep(entry)
  } })
  const done = again => event => {
    event.preventDefault()
    const { stop, words } = adviceOn(again ? text.value : "")
    if (stop) return phone.say(words), text.focus()
    text.value = ""
    phone.outbox.discard(entry.op)
    if (again) phone.post({ ...command, ...elsewhere(phone, refusal, command) })
  }
  const over = get("stage").ended || isClosed(get("stage"))
  return h(
    "form",
    { class: "field", novalidate: true, onsubmit: done(true) },
    h("label", { for: id, class: "error" }, why),
    text,
    h("div", { class: "pair" },
      !over && h("button", { class: "primary" }, t(elsewhere(phone, refusal, command) ? "waiting.send_here" : "waiting.send_again")),
      over && h("button", { type: "button", onclick: () => copy(phone, text) }, t("waiting.copy")),
      h("button", { type: "button", onclick: done(false) }, t("waiting.discard"))),
  )
}

// Where words whose question is closed can go instead: to the one that is open now.
function elsewhere(phone, refusal, { kind }) {
  const now = get("stage")
  if (!now || !phone.mayWriteIn(now) || !now.takes || !MISPLACED.includes(refusal.kind)) return null
  const topic = now.topics && now.topics.length ? now.topics[0].id : null
  const fits = now.takes.includes(kind) ? kind : now.takes[0]
  return { step: now.step, begun: position().seq, kind: fits, topic, area: null }
}

// To the clipboard, also where nothing is secure.
export function copy(phone, field) {
  field.select()
  document.execCommand("copy")
  phone.say(t("waiting.copied"), "good")
}

// ── drafts of other steps than the one that is shown ──────────────────────────────────────────

export function begunElsewhere(screen) {
  const { phone, view } = screen
  const { ended } = get("stage") || {}
  const drafts = phone.kept.drafts().filter(draft => !view || draft.stage.step !== view.stage.step)
  return drafts.map((draft, n) => h(
    "section",
    {},
    h("h2", {}, t("draft.title")),
    said("p", { class: "small" }, draft.stage.title),
    h("p", { class: "written", dir: "auto" }, draft.text),
    h("div", { class: "pair" },
      !ended && h("button", { type: "button", id: `go-on-${n}`, onclick: () => goOn(screen, draft) }, t("draft.go_on")),
      h("button", { type: "button", id: `throw-${n}`, onclick: () => throwAway(phone, draft) }, t("draft.discard"))),
  ))
}

function goOn(screen, { stage }) {
  location.hash = ""
  screen.moveTo(kindOf(stage) === "topics" ? viewOf(screen.phone, stage) : new Writing(screen.phone, stage), stage)
}

function throwAway(phone, { stage, about }) {
  phone.kept.keepDraft(stage.step, about, null)
  phone.refresh()
}
