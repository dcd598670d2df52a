// What becomes of themes and contributions: one of six, said in a dialogue.
import { h } from "../lib/element.js"
import { get, keys } from "../lib/records.js"
import { t } from "../lib/words.js"
import { contribution } from "../staff/desk.js"
import { field } from "../staff/field.js"
import { putBack } from "../staff/desk.js"
import { wish } from "../staff/line.js"
import { ask } from "./asking.js"
import { decided } from "./names.js"
import { theme } from "./work.js"

export const KINDS = [["goal", "goal"], ["programme", "sup"], ["internal-goal", "internal"], ["handover", "handover"], ["other-authority", "other"], ["parked", "park"]]
const BODY_KINDS = ["committee", "company", "operation", "office", "executive-board", "council"]
const NEW = "+"

const bodies = () => get("matter").bodies
const isOther = ({ kind }) => kind === "authority"

// Asks what is to become of `themes` and `contributions` (numbers). `kind`: what is chosen already.
export function decide({ themes = [], contributions = [], kind = null }) {
  const own = themes.length ? themes.map(theme).map((it) => it && it.disposition) : contributions.map(contribution).map((it) => it && it.own && it.disposition)
  const was = own.length === 1 ? own[0] || null : null
  const chosen = kind || (was && was.kind)
  const fields = new Fields(was)
  const radios = h("fieldset", { class: "kinds" }, h("legend", { class: "visually-hidden" }, t("board.disposition")),
    KINDS.map(([value, words]) => radio(value, t(words === "park" ? "workboard.park_with_reason" : `board.disp_${words}`), value === chosen)),
    was ? radio("", t(themes.length ? "board.disp_none" : "workboard.as_its_theme"), false) : null)
  const { why, form } = ask({
    heading: heading(themes, contributions),
    note: was ? t("workboard.decided_now", { what: decided(was) }) : "",
    content: [radios, fields.element],
    submit: t("workboard.decide_this"),
    send: (said, press) => send({ themes, contributions }, value(), fields, said, press),
  })
  const value = () => (form.querySelector("input[name=kind]:checked") || { value: null }).value
  const update = () => {
    fields.show(value())
    why.required = value() === "parked"
    why.previousElementSibling.textContent = t(value() === "parked" ? "board.reason" : "workboard.reason_optional")
  }
  radios.addEventListener("change", update)
  update()
  ;(radios.querySelector("input:checked") || radios.querySelector("input")).focus()
}

function radio(value, words, checked) {
  return h("label", { class: "check" }, h("input", { type: "radio", name: "kind", value, checked, required: true }), h("span", {}, words))
}

function heading(themes, contributions) {
  if (themes.length === 1) return t("workboard.decide_theme", { title: theme(themes[0]).title })
  if (themes.length) return t("workboard.decide_themes", { n: themes.length })
  return t("workboard.decide_contributions", { n: contributions.length })
}

async function send(what, kind, fields, said, press) {
  if (kind === null) return false
  const disposition = kind ? await fields.disposition(kind, press) : null
  if (kind && !disposition) return false
  const did = await wish({ type: "set-disposition", ...what, disposition, ...said }, press)
  if (did && what.contributions.length) putBack()
  return did
}

// What some of the six need to know: to whom, which kind of internal goal, which draft.
class Fields {
  constructor(was) {
    this.was = was || {}
    this.recipient = h("select", {})
    this.name = h("input", { type: "text", maxlength: "80", autocomplete: "off" })
    this.kind = h("select", {}, BODY_KINDS.map((kind) => h("option", { value: kind }, t(`workboard.body_${kind}`))))
    this.internal = h("select", {}, ["financial", "employer"].map((value) => h("option", { value }, t(`workboard.internal_goal_${value}`))))
    this.internal.value = this.was.internal || "financial"
    this.goal = h("select", {}, h("option", { value: "" }, t("workboard.no_draft_yet")),
      keys("goal/").map(get).map((goal) => h("option", { value: String(goal.goal) }, t("workboard.draft_n", { n: goal.goal, text: shortened(goal.text) }))))
    this.goal.value = this.was.goal ? String(this.was.goal) : ""
    this.parts = {
      recipient: field(t("workboard.recipient"), this.recipient),
      name: field(t("workboard.body_name"), this.name),
      kind: field(t("workboard.body_kind"), this.kind),
      internal: field(t("workboard.which_internal"), this.internal),
      goal: field(t("workboard.which_draft"), this.goal),
    }
    this.recipient.addEventListener("change", () => this.show(this.chosen))
    this.element = h("div", { class: "kind-fields" }, Object.values(this.parts))
  }

  show(kind) {
    const sends = kind === "handover" || kind === "other-authority"
    if (this.chosen !== kind && sends) this.fill(kind)
    this.chosen = kind
    const fresh = sends && this.recipient.value === NEW
    const shown = { recipient: sends, name: fresh, kind: fresh && kind === "handover", internal: kind === "internal-goal", goal: kind === "goal" }
    for (const [name, part] of Object.entries(this.parts)) part.hidden = !shown[name]
    this.recipient.required = sends
    this.name.required = fresh
  }

  fill(kind) {
    const fitting = bodies().filter((body) => isOther(body) === (kind === "other-authority"))
    // Nobody is chosen for them: whoever overlooks the list would hand over to the first in it.
    this.recipient.replaceChildren(
      h("option", { value: "" }, t("workboard.choose_recipient")),
      ...fitting.map((body) => h("option", { value: body.id }, body.name)),
      h("option", { value: NEW }, t("workboard.another_body")))
    if (fitting.some((body) => body.id === this.was.recipient)) this.recipient.value = this.was.recipient
  }

  // The disposition, after a new body has been added if one was named; null if that was refused.
  async disposition(kind, press) {
    const found = { kind }
    if (kind === "internal-goal") found.internal = this.internal.value
    if (kind === "goal" && this.goal.value) found.goal = Number(this.goal.value)
    if (kind === "handover" || kind === "other-authority") {
      found.recipient = this.recipient.value === NEW ? await this.add(kind, press) : this.recipient.value
      if (!found.recipient) return null
    }
    return found
  }

  async add(kind, press) {
    const before = new Set(bodies().map((body) => body.id))
    const name = this.name.value.trim()
    const command = { type: "add-body", name, kind: kind === "handover" ? this.kind.value : "authority" }
    if (!(await wish(command, press))) return null
    const added = await until(() => bodies().find((body) => !before.has(body.id) && body.name === name))
    if (added) this.was = { ...this.was, recipient: added.id }
    if (added) this.fill(kind)
    return added && added.id
  }
}

// What a wish has made comes a moment after its answer.
async function until(found, patience = 30) {
  for (let at = 0; at < patience; at++) {
    const it = found()
    if (it) return it
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return null
}

const shortened = (text) => (text.length > 60 ? `${text.slice(0, 59)}…` : text)
