// What is one's own, and what can be read beside the steps.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { at, say, t } from "../lib/words.js"
import { ask } from "./app.js"
import { amount, areaName, cards, Page, para, said, section, Stack, written } from "./parts.js"
import { aboutMeeting, influence, information } from "./steps.js"

// The end of an evening: the code to take home, and what happens next.
export function viewOf(phone) {
  return new Page(() => [receiptCode(phone), nextSteps()])
}

export function panelOf(phone, name) {
  const page = draw => new Page(() => draw(phone))
  switch (name) {
    case "mine": return new Stack(new Mine(phone, { heading: "" }), page(receiptCode))
    case "about": return page(about)
    case "next-person": return page(nextPerson)
  }
}

// What the person has written, with its standing: everything, or only in one step, under one topic.
export class Mine {
  list = h("ul", { class: "cards" })
  none = para(t("mine.none"))

  constructor(phone, { step, topic, heading = "mine.here" } = {}) {
    Object.assign(this, { phone, step, topic, heading })
    const title = heading ? h("h2", {}, t(heading)) : h("h1", { tabindex: "-1" }, t("post.mine"))
    this.node = h("section", {}, title, this.none, this.list)
  }

  update() {
    const all = this.phone.told ? [...this.phone.told.contributions].reverse() : []
    const mine = all.filter(it => (!this.step || it.step === this.step) && (!this.topic || it.topic === this.topic))
    const leaving = new Set(this.phone.outbox.waiting().map(it => it.command.contribution))
    const { ended } = get("stage")
    this.none.hidden = mine.length > 0
    this.node.hidden = Boolean(this.heading) && !mine.length
    cards(
      this.list,
      mine.map(it => [it.contribution, JSON.stringify(it), leaving.has(it.contribution), this.asked === it.contribution, ended]),
      (it, ...now) => this.card(JSON.parse(it), ...now),
    )
  }

  card(it, leaving, asked) {
    const canLeave = ["visible", "held"].includes(it.standing) && !leaving
    const standing = it.reason
      ? t("mine.hidden_because", { reason: t(`reason.${it.reason}`) })
      : t(`standing.${it.standing}`)
    return [
      !this.heading && areaName(it.area),
      h("p", { class: "small" }, t(`kind.${it.kind}`)),
      written("p", it),
      h("p", { class: "standing", "data-standing": it.standing }, standing, it.late && ` · ${t("mine.late")}`,
        this.phone.table && ` · ${t("table.behind", { n: it.people })}`),
      canLeave && (asked ? this.sure(it) : h("button", {
        type: "button",
        id: `leave-${it.contribution}`,
        onclick: () => this.ask(it.contribution),
      }, t(this.phone.table ? "table.withdraw" : "post.withdraw"))),
    ]
  }

  sure({ contribution }) {
    return [
      para(t("mine.sure")),
      h(
        "div",
        { class: "pair" },
        h("button", { type: "button", id: `leave-${contribution}`, class: "primary", onclick: () => this.withdraw(contribution) }, t("mine.yes")),
        h("button", { type: "button", id: `stay-${contribution}`, onclick: () => this.ask(null) }, t("mine.no")),
      ),
    ]
  }

  ask(contribution) {
    this.asked = contribution
    this.update()
  }

  withdraw(contribution) {
    this.asked = null
    this.phone.do({ type: "withdraw-contribution", contribution })
  }
}
function receiptCode(phone) {
  return phone.kept.me.number > 0 && section(
    t("receipt.title"),
    h("p", { class: "receipt numerals", translate: "no" }, phone.kept.code()),
    para(t("receipt.body")),
    h("p", {}, h("a", { href: at(`/receipt#${phone.kept.me.code}`) }, t("receipt.open"))),
  )
}

function nextSteps() {
  const { next, results_url, results_date, feedback } = get("meeting")
  return [
    next.length > 0 && section(
      t("about.next"),
      h("ol", { class: "dates" }, next.map(line => h("li", { dir: "auto" }, h("b", { lang: "sv" }, line.date), " ", said("span", {}, line.text)))),
    ),
    results_url && para(results_date
      ? t("about.results", { url: results_url, date: results_date })
      : t("about.results_undated", { url: results_url })),
    feedback && h("p", {}, h("a", { href: at(feedback) }, t("about.feedback"))),
  ]
}

function about() {
  const meeting = get("meeting")
  const counts = get("counts")
  return [
    said("h1", { tabindex: "-1" }, meeting.title),
    para([meeting.municipality, say(meeting.place).words, meeting.room, meeting.record_number].filter(Boolean).join(" · "), { dir: "auto" }),
    counts && para(amount({ contributions: counts.contributions, people: counts.authors }), { class: "small" }),
    aboutMeeting(meeting),
    influence(),
    nextSteps(),
    information(),
    para(t("groups.note")),
    h(
      "ul",
      {},
      h("li", {}, h("a", { href: at("/rules") }, t("about.rules"))),
      h("li", {}, h("a", { href: at("/accessibility") }, t("join.accessibility_link"))),
    ),
    meeting.contact && para(t("about.contact", { contact: meeting.contact })),
  ]
}

// Before the phone is handed over, what waits is sent or knowingly thrown away.
function nextPerson(phone) {
  const waiting = phone.outbox.entries.length
  const drafts = phone.kept.drafts().length
  const unsent = waiting + drafts
  return [
    h("h1", { tabindex: "-1" }, t("next.title")),
    para(t("next.body")),
    receiptCode(phone),
    unsent > 0 && para(t("next.unsent", { n: unsent }), { class: "error" }),
    phone.refusedNext && para(t(`refusal.${phone.refusedNext}`), { class: "error" }),
    h("button", { type: "button", id: "next-person", class: "primary", onclick: () => handOver(phone) },
      t(unsent ? "next.go_anyway" : "next.go")),
  ]
}

// Nothing of the one before is left on the phone.
async function handOver(phone) {
  const answer = await ask(at(`/api/s/${phone.session}/next-person`))
  phone.refusedNext = answer.session ? null : answer.kind
  if (phone.refusedNext) return phone.refresh()
  phone.connection.close()
  await phone.outbox.empty()
  phone.kept.forgetDrafts()
  phone.kept.renew()
  location.replace(at(`/s/${phone.session}`))
}
