// To write: one question, one field, one button. What is being written is kept as it is written.
import { h } from "../lib/element.js"
import { get, position } from "../lib/records.js"
import { say, t } from "../lib/words.js"
import { area, cards, inParts, isClosed, Later, module, para, refill, said, unsent, written } from "./parts.js"

const COUNT_FROM = 400
let fields = 0

// A field and its button. `about` names the draft, `place()` gives {kind, topic, area} when it is
// kept or sent, `asked` is the id of the question when it stands above.
export class Field {
  heard = new Set() // the kinds of personal data that have been warned of

  constructor(phone, stage, { about, label, place, asked }) {
    Object.assign(this, { phone, stage, about, place })
    const id = `field-${++fields}`
    this.text = h("textarea", {
      id,
      rows: "3",
      dir: "auto",
      "aria-describedby": `${asked || ""} ${id}-help`,
      oninput: () => this.typed(),
      onkeydown: event => event.key === "Enter" && (event.ctrlKey || event.metaKey) && this.send(event),
    })
    this.help = h("p", { id: `${id}-help`, class: "help" })
    this.button = h("button", { class: "primary" }, t("post.send"))
    this.form = h(
      "form",
      { class: "field", novalidate: true, onsubmit: event => this.send(event) },
      h("label", { for: id, class: asked && "visually-hidden" }, label),
      this.text,
      this.help,
      this.button,
    )
    this.closed = h("p", { class: "small" }, t("post.closed"))
    this.slow = h("p", { class: "small" })
    this.node = h("div", {}, this.form, this.slow, this.closed)
    const draft = phone.kept.draft(stage.step, about)
    if (draft) this.text.value = draft.text
    this.begun = draft ? draft.begun : null
    this.update()
  }

  update() {
    const now = get("stage")
    const open = !now || now.step !== this.stage.step || this.phone.mayWriteIn(now) && !isClosed(now)
    this.slow.textContent = open && now && now.slow ? t("post.slow", { n: now.slow }) : ""
    this.closed.hidden = open
    this.form.hidden = !open && !unsent(this.form)
  }

  // `begun` is where the log stood when this text was begun: it decides what is late.
  typed() {
    const text = this.text.value
    if (!text.trim()) this.begun = null
    else if (this.begun === null) this.begun = Math.max(0, position().seq)
    this.keep()
    this.advise(text)
  }

  keep() {
    const { text: { value: text }, begun, stage } = this
    const draft = text.trim() && { text, begun, stage, ...this.place() }
    this.phone.kept.keepDraft(stage.step, this.about, draft)
  }

  advise(text, error = "") {
    const n = [...text.trim()].length
    const max = get("meeting") ? get("meeting").text_limit : 500
    const warning = n > max ? t("post.error_long", { n: n - max }) : error || adviceOn(text).words
    this.help.textContent = warning || (n >= COUNT_FROM ? t("post.counter", { n, max, left: max - n }) : "")
    this.help.classList.toggle("error", Boolean(warning))
    this.text.setAttribute("aria-invalid", String(n > max || Boolean(error)))
    return n > 0 && n <= max
  }

  async send(event) {
    event.preventDefault()
    const text = this.text.value
    if (!this.advise(text, text.trim() ? "" : t("post.error_empty"))) {
      this.phone.say(this.help.textContent)
      return this.text.focus()
    }
    if (this.objects(text)) return
    this.text.value = ""
    this.advise("")
    const { begun, stage } = this
    this.begun = null
    this.heard.clear()
    await this.phone.post({ step: stage.step, begun: begun === null ? Math.max(0, position().seq) : begun, text, ...this.place() })
    this.keep()
  }

  // An identity number is never sent: the server would refuse it. Of other personal data it is said
  // once that they are there; who presses again sends them.
  objects(text) {
    const { table } = this.phone
    if (table && module("table") && module("table").asksHowMany(this.phone)) return true
    const { stop, kinds, words } = adviceOn(text)
    if (kinds.every(kind => this.heard.has(kind)) && !stop) return false
    const said = stop ? words : `${words} ${t("post.pii_anyway")}`
    kinds.forEach(kind => this.heard.add(kind))
    this.advise(text, said)
    this.phone.say(said)
    if (stop) this.text.focus()
    return true
  }
}

// Instant advice, once its module has come; the server decides.
export function adviceOn(text) {
  const it = module("advice")
  return it ? it.advice(text) : { stop: false, kinds: [], words: "" }
}

// The view of a step in which people write: collect and meanings.
export class Writing {
  constructor(phone, stage) {
    Object.assign(this, { phone, stage, made: new Map() })
    const drafts = phone.kept.drafts().filter(draft => draft.stage.step === stage.step)
    this.topics = stage.topics || []
    this.topic = this.topics.find(topic => drafts.some(draft => draft.about === topic.id)) || this.topics[0]
    this.kind = drafts.length ? drafts[0].kind : stage.takes[0]
    this.area = stage.area || (drafts.length ? drafts[0].area : null)
    this.question = h("h1", { id: "question", tabindex: "-1" })
    this.place = h("div", {})
    this.people = phone.table && new Later("table", it => new it.People(phone))
    this.node = h("div", { class: "writing" }, this.chooseTopic(), this.question, this.chooseKind(), this.chooseArea(),
      this.people && this.people.node, this.place)
    this.show()
  }

  update() {
    if (this.people) this.people.update()
    for (const field of this.made.values()) field.update()
  }

  show() {
    refill(this.question, this.asked())
    this.place.replaceChildren(this.field().node)
  }

  asked() {
    if (this.topic) return inParts("post.prompt_meaning", "topic", this.topic.text)
    if (say(this.stage.prompt).words) return said("span", {}, this.stage.prompt)
    if (this.phone.table) return t("table.prompt")
    const name = `post.prompt_${this.kind}`
    const it = this.stage.area && area(this.stage.area)
    return it && this.kind === "keyword" ? inParts(name, "area", it.name) : t(this.kind === "keyword" ? `${name}_any` : name)
  }

  field() {
    const about = this.topic ? this.topic.id : ""
    if (!this.made.has(about)) {
      const place = () => ({ kind: this.kind, topic: about || null, area: this.stage.area ? null : this.area })
      this.made.set(about, new Field(this.phone, this.stage, { about, label: t("post.label"), place, asked: "question" }))
    }
    return this.made.get(about)
  }

  chooseTopic() {
    if (this.topics.length < 2) return null
    const options = this.topics.map(topic => said("option", { value: topic.id }, topic.text))
    return chooser("topic", t("post.topic"), options, this.topic.id, id => {
      this.topic = this.topics.find(topic => topic.id === id)
      this.show()
    })
  }

  chooseArea() {
    if (this.stage.area || this.topics.length || !get("meeting")) return null
    const options = get("meeting").areas.map(it => said("option", { value: it.id }, it.name))
    options.unshift(h("option", { value: "" }, t("area.none")))
    return chooser("area", t("post.area"), options, this.area || "", id => {
      this.area = id || null
      this.field().keep()
    })
  }

  chooseKind() {
    if (this.stage.takes.length < 2) return null
    return h("fieldset", { class: "kinds" }, h("legend", { class: "visually-hidden" }, t("post.kind")), this.stage.takes.map(kind =>
      h("label", {}, h("input", { type: "radio", name: "kind", checked: kind === this.kind, onchange: () => this.chosen(kind) }), t(`kind.${kind}`))))
  }

  chosen(kind) {
    this.kind = kind
    this.show()
    this.field().keep()
  }
}

function chooser(id, label, options, value, chosen) {
  const select = h("select", { id, onchange: () => chosen(select.value) }, options)
  select.value = value
  return h("div", { class: "chooser" }, h("label", { for: id }, label), select)
}

// What waits in the outbox, and what was refused with its words kept to be changed.
export class Waiting {
  list = h("ul", { class: "cards" })
  title = h("h2", {})
  node = h("section", { class: "waiting" }, this.title, this.list)

  constructor(phone) {
    this.phone = phone
  }

  update() {
    const { outbox, status } = this.phone
    const entries = outbox.entries.filter(it => it.command.type === "post-contribution")
    const resting = outbox.rests() ? "waiting.rests" : "waiting.sending"
    const state = status === "online" ? resting : "conn.queued"
    const { ended } = get("stage") || {}
    this.node.hidden = !entries.length
    this.title.textContent = t(entries.every(it => it.refusal) ? "waiting.refused" : "waiting.title")
    const why = ({ refusal }) => refusal ? t(`refusal.${refusal.kind}`, refusal) : t(state)
    cards(this.list, entries.map(it => [it.op, it, why(it), ended, module("unsent")]), (it, why) =>
      it.refusal && module("unsent") ? module("unsent").form(this.phone, it, why) : this.waits(it, why))
  }

  waits({ command: { text, language } }, why) {
    return [written("p", { text, language }), para(why, { class: "small" })]
  }
}
