// Texts that are saved as one leaves their field. What somebody else wrote there meanwhile is shown
// beside one's own, and a person chooses; nothing is written over.
import { h } from "../lib/element.js"
import { position } from "../lib/records.js"
import { t } from "../lib/words.js"
import { seen, wish } from "../staff/line.js"
import { time } from "../staff/names.js"

// id -> {text, base, seen, saving?, seq?, from?}: what has been typed, and on what. `seq`: where in
// the log it was saved; `from`: where what it is typed on was.
const unsaved = new Map()
const savedAt = new Map() // id -> ms

addEventListener("beforeunload", (event) => {
  if ([...unsaved.values()].some(({ text, base, seq }) => text !== base && !seq)) event.preventDefault()
})

// `value`: as in the records. `command(text)`: the wish that saves it, once `after()` is settled.
// `redraw()`: the view's own.
export function written({ id, label, value, command, redraw, help = "", rows = 2, limit = 2000, readonly = false, line = false, mark = "", after = null }) {
  settle(id, value)
  const draft = unsaved.get(id)
  const control = line ? h("input", { type: "text" }) : h("textarea", { rows: String(rows) })
  if (!line) control.className = `rows-${rows}`
  control.id = `written-${id}`
  control.dataset.here = id
  control.maxLength = limit
  control.readOnly = readonly
  control.dir = "auto"
  control.value = draft ? draft.text : value
  const state = h("span", { class: "state", role: "status" }, sign(id, value))
  const told = help ? h("p", { class: "note", id: `${control.id}-help` }, help) : null
  if (told) control.setAttribute("aria-describedby", told.id)
  const place = h("div", { class: "written field", "data-answers": "" },
    h("div", { class: "label-line" }, h("label", { for: control.id }, label), mark && !draft ? h("span", { class: "mark missing" }, mark) : null, state), told, control)
  if (disputed(id, value)) place.append(dispute(id, value, command, redraw))
  let before = control.value
  control.addEventListener("input", () => {
    unsaved.set(id, { ...begun(unsaved.get(id), before, control), text: control.value })
    before = control.value
    state.textContent = sign(id, value)
  })
  // Not "change": what was typed before the view was drawn anew is no change to the new field.
  control.addEventListener("blur", async () => {
    await null
    if (control.isConnected) save({ id, value, control, state, command, redraw, after })
  })
  return place
}

// What is typed is typed on what the field held, if nothing of one's own waits there.
function begun(was, held, control) {
  if (was && !was.seq) return { base: was.base, seen: was.seen, from: was.from }
  const from = was ? was.seq : 0
  return { base: held, seen: Math.max(seen(control), from), from }
}

// What has been typed and is not saved: part of what a view draws from.
export function pending(id) {
  return unsaved.get(id) || null
}

function disputed(id, value) {
  const draft = unsaved.get(id)
  return Boolean(draft) && !draft.seq && position().seq >= draft.from && draft.base !== value && draft.text !== value
}

function sign(id, value) {
  const draft = unsaved.get(id)
  if (draft && draft.saving) return t("goal.saving")
  if (draft && !draft.seq && draft.text !== value) return t("goal.unsaved")
  return savedAt.has(id) ? t("goal.saved", { time: time(savedAt.get(id)) }) : ""
}

// What was saved here is no draft any more once the records have it.
function settle(id, value) {
  const draft = unsaved.get(id)
  if (draft && (draft.seq ? position().seq >= draft.seq : draft.text === value && !draft.saving)) unsaved.delete(id)
}

const sending = new Map() // id -> a promise that settles when what is on its way has been answered

async function save({ id, value, control, state, command, redraw, after }) {
  await sending.get(id)
  const draft = unsaved.get(id)
  if (!draft || draft.saving || draft.text === draft.base) return
  if (control.closest(".written").querySelector(".dispute")) return
  draft.saving = true
  state.textContent = sign(id, value)
  if (after) await after()
  // Where an answer goes with the text, the two are one thing, and one's own.
  draft.sent = wish(after ? command(draft.text) : { seen: draft.seen, ...command(draft.text) }, control)
  sending.set(id, draft.sent)
  const ack = await draft.sent
  sending.delete(id)
  draft.saving = false
  if (ack) savedOn(id, draft, ack.seq)
  state.textContent = sign(id, value)
  if (!ack || position().seq >= ack.seq) redraw()
}

// Whoever has typed on meanwhile has done so on what is saved now.
function savedOn(id, draft, seq) {
  savedAt.set(id, Date.now())
  const now = unsaved.get(id)
  if (now === draft) draft.seq = seq
  else if (now) Object.assign(now, { base: draft.text, seen: seq, from: seq })
}

function dispute(id, theirs, command, redraw) {
  const mine = unsaved.get(id)
  const place = h("div", { class: "dispute", role: "group", "aria-label": t("goal.dispute"), "data-answers": "" },
    h("p", { role: "alert" }, t("goal.dispute")),
    h("div", { class: "sides" },
      h("div", {}, h("h4", {}, t("goal.theirs")), h("p", { class: "words", dir: "auto" }, theirs || t("goal.empty"))),
      h("div", {}, h("h4", {}, t("goal.mine")), h("p", { class: "words", dir: "auto" }, mine.text || t("goal.empty")))))
  const keep = h("button", { type: "button", "data-here": `${id}/mine` }, t("goal.keep_mine"))
  const yield_ = h("button", { type: "button", "data-here": `${id}/theirs`, class: "quiet" }, t("goal.keep_theirs"))
  keep.addEventListener("click", async () => {
    const now = unsaved.get(id) || mine
    const ack = await wish(command(now.text), keep)
    if (ack) savedOn(id, now, ack.seq)
    redraw()
  })
  yield_.addEventListener("click", () => {
    unsaved.delete(id)
    redraw()
  })
  place.append(h("div", { class: "acts" }, keep, yield_))
  return place
}
