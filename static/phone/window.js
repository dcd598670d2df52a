// Where people answer for days, each on their own: the topics in any order, with what one has
// answered under each, and what one has begun still there.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { t } from "../lib/words.js"
import { swedishTime } from "./now.js"
import { inParts, isClosed, Later, para, refill, said, written } from "./parts.js"
import { heading } from "./steps.js"
import { copy } from "./unsent.js"
import { Field } from "./writing.js"

export class Window {
  topic = null // the one that is open; null: the list of them
  made = new Map()
  node = h("div", { class: "page" })

  constructor(phone, stage) {
    Object.assign(this, { phone, stage })
  }

  update() {
    if (this.shown) this.shown.update()
    else refill(this.node, this.list())
  }

  answers(topic) {
    const all = this.phone.told ? this.phone.told.contributions : []
    return all.filter(it => it.step === this.stage.step && it.topic === topic.id)
  }

  // ── all topics ──────────────────────────────────────────────────────────────────────────────

  list() {
    const { topics } = this.stage
    const answered = topics.filter(topic => this.answers(topic).length).length
    return [
      heading(this.stage),
      h("p", { class: "left numerals" }, t("window.progress", { n: answered, total: topics.length })),
      this.closing(),
      h("ul", { class: "choices topics" }, topics.map((topic, place) => this.card(topic, place))),
    ]
  }

  closing() {
    const stage = get("stage")
    if (!stage.closes_at) return null
    const time = swedishTime(stage.closes_at)
    return isClosed(stage) ? para(t("window.closed", { time }), { class: "error" }) : para(t("window.closes", { time }))
  }

  card(topic, place) {
    const answers = this.answers(topic)
    const draft = this.phone.kept.draft(this.stage.step, topic.id)
    const standing = draft ? t("window.begun") : answers.length ? t("window.answered") : ""
    return h("li", {},
      h("button", { type: "button", id: `topic-${place}`, onclick: () => this.open(topic) },
        said("span", {}, topic.text), h("span", { class: "small" }, standing)),
      h("ul", { class: "quotes" }, answers.map(it => h("li", {}, written("span", it)))),
      isClosed(get("stage")) && draft && this.unsent(draft, place),
    )
  }

  // What was begun and never sent, once it is too late: to be taken along.
  unsent({ text }, place) {
    const field = h("textarea", { id: `unsent-${place}`, rows: "3", readonly: true, dir: "auto", value: text })
    return h("div", { class: "field" },
      h("label", { for: `unsent-${place}` }, t("window.unsent")),
      field,
      h("button", { type: "button", id: `copy-${place}`, onclick: () => copy(this.phone, document.getElementById(`unsent-${place}`)) }, t("waiting.copy")))
  }

  // ── one topic ───────────────────────────────────────────────────────────────────────────────

  open(topic) {
    this.shown = new Topic(this, topic)
    this.node.replaceChildren(this.shown.node)
    this.toTop()
  }

  close() {
    const { topic } = this.shown
    this.shown = null
    this.update()
    scrollTo(0, 0)
    document.getElementById(`topic-${this.stage.topics.indexOf(topic)}`).focus()
  }

  toTop() {
    this.update()
    scrollTo(0, 0)
    this.node.querySelector("h1").focus({ preventScroll: true })
  }

  field(topic) {
    if (!this.made.has(topic.id)) {
      const place = () => ({ kind: "meaning", topic: topic.id, area: null })
      this.made.set(topic.id, new Field(this.phone, this.stage, { about: topic.id, label: t("post.label"), place, asked: "question" }))
    }
    return this.made.get(topic.id)
  }

  // The next one that has no answer yet; when all have, the next.
  after(topic) {
    const { topics } = this.stage
    const place = topics.indexOf(topic)
    const round = [...topics.slice(place + 1), ...topics.slice(0, place)]
    return round.find(it => !this.answers(it).length) || round[0]
  }
}

class Topic {
  constructor(window, topic) {
    Object.assign(this, { window, topic })
    const { phone, stage } = window
    const place = stage.topics.indexOf(topic)
    this.field = window.field(topic)
    this.mine = new Later("own", own => new own.Mine(phone, { step: stage.step, topic: topic.id }))
    const next = stage.topics.length > 1 && h("button", { type: "button", id: "next-topic", onclick: () => window.open(window.after(topic)) }, t("window.next"))
    this.node = h("div", { class: "writing" },
      h("button", { type: "button", id: "all-topics", class: "back", onclick: () => window.close() }, t("window.all")),
      h("p", { class: "small numerals" }, t("window.topic", { n: place + 1, total: stage.topics.length })),
      h("h1", { id: "question", tabindex: "-1" }, inParts("post.prompt_meaning", "topic", topic.text)),
      this.field.node,
      this.mine.node,
      next)
  }

  update() {
    this.field.update()
    this.mine.update()
  }
}
