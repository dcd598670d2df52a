// The process: its stages and what stands in the way of the next, commissions, what committees and
// companies have contributed, what has been sent.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { say, t } from "../lib/words.js"
import { wish } from "../staff/line.js"
import { bodyName, dateOf, fold, inWords, keepsRecords, labelled, leads, matter, momentOf, part, press, select } from "./views.js"

const CONTRIBUTORS = ["committee", "company", "operation"]
const KINDS = ["committee", "company", "operation", "authority", "office"]
const DAY = 24 * 3600 * 1000

export function mount(place) {
  const stages = h("section", { class: "stages" })
  const commissions = h("section", { class: "commissions" })
  const bodies = h("section", { class: "contributors" })
  const sent = h("section", { class: "sent" })
  place.append(h("h2", {}, t("process.title")), h("p", { class: "note lead" }, t("process.help")),
    h("div", { class: "process" }, stages, h("div", {}, commissions, bodies, sent)))

  function draw() {
    const process = get("process")
    if (!process || !matter()) return
    part(stages, process.stages, () => drawStages(process.stages))
    part(commissions, [process.commissions, matter().bodies, today()], () => drawCommissions(process.commissions))
    part(bodies, [process.invited, process.inputs, matter().bodies], () => drawBodies(process))
    part(sent, process.dispatches, () => drawSent(process.dispatches))
  }

  return { draw }
}

const today = () => new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 10)

// ── stages ────────────────────────────────────────────────────────────────────────────────────

function drawStages(stages) {
  const at = stages.findIndex((stage) => stage.current)
  const next = stages.find((stage, n) => n > at && !stage.document)
  return [
    h("h3", {}, t("process.stages")),
    stages.length ? null : h("p", { class: "nothing-yet" }, t("process.no_stages")),
    h("ol", { class: "stage-list" }, stages.map((stage, n) => line(stage, n, at, stage === next))),
    leads && stages.length ? fold("elsewhere", t("process.elsewhere"), elsewhere(stages)) : null,
  ]
}

function line(stage, n, at, isNext) {
  const state = stage.document ? "decided" : stage.current ? "now" : isNext ? "next" : n < at ? "past" : "coming"
  return h("li", { class: `stage is-${state}`, "aria-current": stage.current ? "step" : null },
    h("p", { class: "when note" }, [stage.date, stage.body].filter(Boolean).join(" · ")),
    h("p", { class: "name" }, say(stage.name).words),
    h("p", { class: "note" }, h("span", { class: stage.current ? "mark going-on" : "" }, t(`process.is_${state}`)), stage.entered_at && !stage.document ? ` · ${t("process.entered", { date: dateOf(stage.entered_at) })}` : null),
    unmet(stage, isNext),
    leads && isNext ? h("p", { "data-answers": "" }, press(t("process.go_next"), (button) => wish({ type: "enter-stage", stage: stage.stage }, button), "primary", { "data-here": "go-next" })) : null)
}

function unmet(stage, isNext) {
  const guards = Object.entries(stage.unmet)
  if (!guards.length || stage.current) return null
  return h("div", { class: isNext ? "unmet" : "unmet later" }, h("p", {}, t("process.unmet")),
    h("ul", {}, guards.map(([guard, n]) => h("li", {}, t(`process.guard_${guard.replaceAll("-", "_")}`, { n })))))
}

// Back, or past what is next.
function elsewhere(stages) {
  const there = stages.filter((stage) => !stage.document && !stage.current)
  const which = select(t("process.which"), there.map((stage) => [stage.stage, say(stage.name).words]), "", () => {}, { "data-here": "stage" })
  const why = h("input", { type: "text", maxlength: "500", "data-here": "stage-why" })
  return form([labelled(t("process.which"), which), labelled(t("process.why"), why, "wide")], t("process.go_here"), "stage-go",
    () => ({ type: "enter-stage", stage: which.value, why: why.value.trim() }))
}

// ── commissions ───────────────────────────────────────────────────────────────────────────────

function drawCommissions(commissions) {
  const sorted = [...commissions].sort((one, other) => one.done - other.done || one.due.localeCompare(other.due))
  return [
    h("h3", {}, t("process.commissions")),
    sorted.length ? null : h("p", { class: "nothing-yet" }, t("process.no_commissions")),
    h("ul", {}, sorted.map((one) => h("li", { class: "commission", "data-answers": "" },
      h("p", {}, h("b", {}, bodyName(one.body)), ": ", one.text),
      h("p", { class: "note" }, due(one)),
      leads ? press(t(one.done ? "process.not_done" : "process.done"), (button) => wish({ type: "finish-commission", commission: one.commission, done: !one.done }, button), "quiet small", { "data-here": `done/${one.commission}` }) : null))),
    leads ? fold("new-commission", t("process.new_commission"), commissioning()) : null,
  ]
}

function due({ due, done }) {
  const words = t("process.due", { date: dateOf(due) })
  if (done) return `${words} · ${t("process.is_done")}`
  const days = Math.round((Date.parse(today()) - Date.parse(due)) / DAY)
  return days > 0 ? [words, " · ", h("strong", { class: "overdue" }, t("process.overdue", { n: days }))] : words
}

function commissioning() {
  const bodies = matter().bodies
  if (!bodies.length) return h("p", { class: "note" }, t("process.no_bodies"))
  const body = select(t("goal.body"), bodies.map((one) => [one.id, one.name]), "", () => {}, { "data-here": "commission-body" })
  const text = h("textarea", { rows: "2", maxlength: "2000", required: true, "data-here": "commission-text" })
  const by = h("input", { type: "date", required: true, "data-here": "commission-due" })
  return form([labelled(t("process.to"), body), labelled(t("process.by"), by), labelled(t("process.what"), text, "wide")], t("process.give"), "commission-go",
    () => ({ type: "give-commission", body: body.value, text: text.value.trim(), due: by.value }))
}

function form(fields, words, here, command) {
  const go = h("button", { type: "submit", "data-here": here }, words)
  const made = h("form", { class: "inline", "data-answers": "" }, fields, go)
  made.addEventListener("submit", async (event) => {
    event.preventDefault()
    if (await wish(command(), go)) made.reset()
  })
  return made
}

// ── who has contributed ───────────────────────────────────────────────────────────────────────

function drawBodies({ invited, inputs }) {
  const bodies = matter().bodies.filter((body) => CONTRIBUTORS.includes(body.kind) || invited.includes(body.id))
  const silent = bodies.filter((body) => invited.includes(body.id) && !inputs.some((one) => one.body === body.id))
  return [
    h("h3", {}, t("process.contributors")),
    h("p", { class: "note" }, invited.length ? t("process.invited_n", { n: invited.length, contributed: invited.length - silent.length }) : t("process.none_invited")),
    silent.length ? h("p", {}, t("process.silent", { bodies: inWords(silent.map((body) => body.name)) })) : null,
    h("ul", {}, bodies.map((body) => contributor(body, invited.includes(body.id), inputs.filter((one) => one.body === body.id)))),
    leads && bodies.length ? fold("new-input", t("process.new_input"), recording(bodies)) : null,
    leads ? fold("new-body", t("process.new_body"), naming()) : null,
  ]
}

function contributor(body, invited, inputs) {
  const tick = h("input", { type: "checkbox", checked: invited, disabled: !leads, "data-here": `invited/${body.id}` })
  tick.addEventListener("change", async () => {
    const on = tick.checked
    if (!(await wish({ type: "invite-body", body: body.id, invited: on }, tick))) tick.checked = !on
  })
  return h("li", { class: "contributor", "data-answers": "" },
    h("span", { class: "name" }, body.name),
    h("label", { class: "check" }, tick, h("span", {}, t("process.invited"), h("span", { class: "visually-hidden" }, ` ${body.name}`))),
    inputs.length
      ? fold(`inputs/${body.id}`, t("process.inputs", { n: inputs.length }), h("ul", {}, inputs.map((one) => h("li", {}, h("p", { class: "words", dir: "auto" }, one.text), h("p", { class: "note" }, momentOf(one.at))))))
      : h("span", { class: "note" }, t("process.no_input")))
}

function recording(bodies) {
  const body = select(t("goal.body"), bodies.map((one) => [one.id, one.name]), "", () => {}, { "data-here": "input-body" })
  const text = h("textarea", { rows: "4", maxlength: "4000", required: true, "data-here": "input-text" })
  return form([labelled(t("process.from"), body), labelled(t("process.input_text"), text, "wide")], t("process.record"), "input-go",
    () => ({ type: "record-input", body: body.value, text: text.value.trim() }))
}

function naming() {
  const name = h("input", { type: "text", maxlength: "120", required: true, "data-here": "body-name" })
  const kind = select(t("process.kind"), KINDS.map((one) => [one, t(`process.kind_${one}`)]), "committee", () => {}, { "data-here": "body-kind" })
  return form([labelled(t("process.name"), name), labelled(t("process.kind"), kind)], t("process.add_body"), "body-go",
    () => ({ type: "add-body", name: name.value.trim(), kind: kind.value }))
}

// ── what has been sent ────────────────────────────────────────────────────────────────────────

function drawSent(dispatches) {
  return [
    h("h3", {}, t("process.sent")),
    dispatches.length ? null : h("p", { class: "nothing-yet" }, t(keepsRecords ? "process.nothing_sent_yet" : "process.nothing_sent")),
    h("ul", {}, [...dispatches].reverse().map((one) => h("li", { class: "dispatch" },
      h("p", {}, h("b", {}, t(`document.${one.document}`)), ", ", t("document.version_n", { n: one.version })),
      h("p", {}, t("process.sent_to", { bodies: inWords(one.recipients.map(bodyName)), date: momentOf(one.at) })),
      one.how ? h("p", { class: "note" }, one.how) : null,
      one.sha256 ? h("p", { class: "note hash" }, `SHA-256 ${one.sha256}`) : null))),
  ]
}
