// <paper-slip>: someone's words from paper, from a table or from a committee, entered on their behalf, many in a row:
// what was chosen stays chosen, and Enter sends. On the console and on the scribe's page.
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { say, t, tag } from "../lib/words.js"
import { field } from "../staff/field.js"
import { wish } from "../staff/line.js"
import { areaName, areas } from "../staff/names.js"
import { slipsOf } from "./slips.js"

const TAKES = {
  collect: ["keyword", "question"],
  meanings: ["meaning"],
  check: ["meaning"],
  "table-talk": ["keyword", "question", "meaning"],
}
const WRITTEN_IN = ["sv", "en", "fi", "ar", "so", "fa", "uk", "pl", "es"]

class PaperSlip extends HTMLElement {
  connectedCallback() {
    this.topics = {}
    this.build()
    this.form.addEventListener("submit", (event) => {
      event.preventDefault()
      this.send()
    })
    this.step.addEventListener("change", () => {
      this.chosen = true
      this.choices()
    })
    this.text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return
      event.preventDefault()
      this.form.requestSubmit()
    })
    this.channel.addEventListener("change", () => this.byChannel())
    this.stop = watch("", () => this.update())
    this.update()
    this.byChannel()
  }

  disconnectedCallback() {
    this.stop()
  }

  build() {
    this.channel = select([["paper", t("console.from_paper")], ["table", t("console.from_table")], ["committee", t("console.from_committee")]])
    this.step = select([])
    this.kind = select([])
    this.topic = select([])
    this.area = select([])
    this.group = select([])
    this.written = select(WRITTEN_IN.map((language) => [language, languageName(language)]))
    this.people = h("input", { type: "number", min: "1", max: "50", value: "1", inputmode: "numeric" })
    this.table = h("input", { type: "text", maxlength: "12", autocomplete: "off" })
    this.text = h("textarea", { rows: "3", required: true, dir: "auto" })
    this.submit = h("button", { type: "submit", class: "primary" }, t("console.enter_slip"))
    this.entered = h("p", { class: "entered", role: "status" })
    this.fields = {
      topic: field(t("console.topic"), this.topic, "wide"),
      area: field(t("console.area"), this.area),
      people: field(t("console.people_behind"), this.people),
      table: field(t("console.table"), this.table),
      group: field(t("console.target_group"), this.group),
    }
    this.form = h("form", { "data-answers": "", class: "form" },
      field(t("console.channel"), this.channel),
      this.fields.table,
      this.fields.people,
      field(t("console.step"), this.step, "wide"),
      field(t("console.kind"), this.kind),
      this.fields.topic,
      this.fields.area,
      this.fields.group,
      field(t("console.written_in"), this.written),
      field(t("console.their_words"), this.text, "wide"),
      h("div", { class: "wide sending" }, this.submit, this.entered))
    this.append(h("p", { class: "note" }, t("console.slip_help"), " ", t("console.slip_enter")), this.form)
  }

  update() {
    const stage = get("stage")
    const run = get("run")
    const meeting = get("meeting")
    if (!stage || !run || !meeting) return
    if (stage.step && (stage.topics || []).length) this.topics[stage.step] = stage.topics
    const steps = run.steps.filter((step) => TAKES[step.kind])
    options(this.step, steps.map((step) => [step.step, say(step.title).words]))
    const current = steps.some((step) => step.step === stage.step)
    const writing = this.text.value !== "" || this.contains(document.activeElement)
    if (current && !this.chosen && !writing) this.step.value = stage.step
    options(this.group, [["", t("console.undisclosed")], ...meeting.target_groups.map((group) => [group.id, say(group.name).words])])
    this.text.maxLength = meeting.text_limit
    this.choices()
  }

  // What the chosen step takes: kinds, topics, and an area where the step leaves it open.
  choices() {
    const stage = get("stage")
    const step = get("run").steps.find((step) => step.step === this.step.value)
    if (!step) return
    const here = step.step === stage.step ? stage : step
    const takes = (here.takes || []).length ? here.takes : TAKES[step.kind]
    options(this.kind, takes.map((kind) => [kind, t(`kind.${kind}`)]))
    const topics = (here.topics || []).length ? here.topics : this.topics[step.step] || []
    options(this.topic, topics.map((topic) => [topic.id, say(topic.text).words]))
    this.fields.topic.hidden = step.kind !== "meanings"
    options(this.area, [["", t("console.no_area")], ...areas().map((area) => [area.id, `${area.number} ${areaName(area.id)}`])])
    this.fields.area.hidden = step.kind === "meanings" || Boolean(here.area)
  }

  byChannel() {
    const table = this.channel.value === "table"
    this.fields.table.hidden = this.fields.people.hidden = !table
    this.fields.group.hidden = this.channel.value === "committee"
  }

  async send() {
    if (!this.text.value.trim()) return
    const table = this.channel.value === "table"
    this.entered.textContent = ""
    const ack = await wish({
      type: "post-on-behalf",
      step: this.step.value,
      kind: this.kind.value,
      text: this.text.value,
      channel: this.channel.value,
      target_group: this.fields.group.hidden ? null : this.group.value || null,
      people: table ? Number(this.people.value) || 1 : 1,
      table: table ? this.table.value.trim() : "",
      topic: this.fields.topic.hidden ? null : this.topic.value || null,
      area: this.fields.area.hidden ? null : this.area.value || null,
      language: this.written.value,
    }, this.submit, true)
    if (!ack) return
    this.text.value = ""
    this.text.focus()
    this.confirm(ack.seq)
  }

  // The contribution's number is in the record, which may come a moment after the acknowledgement. It is
  // found by where the slip stands in the log: somebody else may enter the same words just now.
  confirm(seq, tries = 20) {
    const mine = slipsOf("paper").find((slip) => slip.seq === seq)
    if (!mine && tries) return setTimeout(() => this.confirm(seq, tries - 1), 100)
    this.entered.textContent = mine ? t("console.slip_entered", { number: mine.contribution }) : t("console.slip_in")
  }
}

function select(choices) {
  const made = h("select", {})
  options(made, choices)
  return made
}

// Sets the choices, and keeps the chosen one if it is still there.
function options(control, choices) {
  const wanted = JSON.stringify(choices)
  if (control.dataset.choices === wanted) return
  control.dataset.choices = wanted
  const chosen = control.value
  control.replaceChildren(...choices.map(([value, name]) => h("option", { value }, name)))
  if (choices.some(([value]) => value === chosen)) control.value = chosen
}

function languageName(language) {
  const names = new Intl.DisplayNames([tag], { type: "language" })
  return names.of(language)
}

customElements.define("paper-slip", PaperSlip)
