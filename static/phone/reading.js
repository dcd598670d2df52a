// What there is to read, and what can always be reached beside the steps: one's own, the
// perspective, about the dialogue, the next person.
import { h } from "../lib/element.js"
import { get, keys } from "../lib/records.js"
import { say, t } from "../lib/words.js"
import { area, areaName, amount, cards, Page, para, said, section, Stack, written } from "./parts.js"

const UNDISCLOSED = "undisclosed"

function listOf(texts) {
  return h("ul", { class: "plain-list" }, texts.map(text => said("li", {}, text)))
}

export function heading(stage) {
  return [said("h1", { tabindex: "-1" }, stage.title), say(stage.prompt).words && said("p", {}, stage.prompt)]
}

export function welcome(stage) {
  const meeting = get("meeting")
  return [
    h("h1", { tabindex: "-1" }, t("wait.title")),
    said("p", { class: "lead" }, meeting.title),
    stage.step && said("p", {}, stage.prompt),
    para(t("wait.body")),
    aboutMeeting(meeting),
  ]
}

function aboutMeeting(meeting) {
  return [
    meeting.purpose && section(t("about.purpose"), said("p", {}, meeting.purpose)),
    meeting.question && section(t("about.question"), said("p", {}, meeting.question)),
    section(t("about.level", { level: t(`level.${meeting.level}`) }), para(t(`level_means.${meeting.level}`))),
  ]
}

export function influence(stage) {
  const { can_influence, decided, rules } = get("meeting")
  const titled = stage && say(stage.title).words === t("about.can_influence")
  return [
    can_influence.length > 0 && (titled ? listOf(can_influence) : section(t("about.can_influence"), listOf(can_influence))),
    decided.length > 0 && section(t("about.decided"), listOf(decided)),
    rules.length > 0 && section(t("about.rules"), listOf(rules)),
  ]
}

export function rest(stage) {
  return stage.until ? para(t("wait.paused", { time: stage.until })) : null
}

function nextSteps() {
  const { next, results_url, results_date } = get("meeting")
  return [
    next.length > 0 && section(
      t("about.next"),
      h("ol", { class: "dates" }, next.map(line => h("li", {}, h("b", {}, line.date), " ", said("span", {}, line.text)))),
    ),
    results_url && para(results_date
      ? t("about.results", { url: results_url, date: results_date })
      : t("about.results_undated", { url: results_url })),
  ]
}

export function farewell(phone, stage) {
  const { results_url } = get("meeting")
  const ended = results_url ? t("join.ended", { url: results_url }) : t("ended.body")
  return [
    stage.ended
      ? [h("h1", { tabindex: "-1" }, t("ended.title")), para(ended)]
      : heading(stage),
    receiptCode(phone),
    nextSteps(),
  ]
}

function receiptCode(phone) {
  return phone.kept.me.number > 0 && section(
    t("receipt.title"),
    h("p", { class: "receipt numerals", translate: "no" }, phone.kept.code()),
    para(t("receipt.body")),
  )
}

export function differences() {
  const { target_groups } = get("meeting")
  const found = keys("differences/").map(get)
  const nameOf = id => said("h3", {}, (target_groups.find(it => it.id === id) || { name: id }).name)
  return [
    found.flatMap(it => it.groups.map(group => h(
      "section",
      { class: "sheet" },
      areaName(it.area),
      nameOf(group.target_group),
      h("p", { class: "small" }, amount(group)),
      h("p", { class: "terms" }, group.terms.join(" · ")),
    ))),
    found.some(it => it.unshown) && h("p", { class: "small" }, t("groups.unshown")),
  ]
}

// ── beside the steps ──────────────────────────────────────────────────────────────────────────

export function panelOf(phone, name) {
  const back = h("a", { class: "back", href: "#main" }, t("nav.back"))
  const page = draw => new Page(() => draw(phone))
  switch (name) {
    case "mine": return new Stack({ node: back, update() {} }, new Mine(phone), page(receiptCode))
    case "perspective": return page(perspective)
    case "about": return new Stack({ node: back, update() {} }, page(about))
    case "next-person": return new Stack({ node: back, update() {} }, page(nextPerson))
  }
  return null
}

function perspective(phone) {
  const choice = (id, name) => h(
    "li",
    {},
    h("button", {
      type: "button",
      id: `perspective-${id}`,
      "aria-pressed": String(phone.own.target_group === id),
      onclick: () => phone.choose(id),
    }, name),
  )
  const groups = get("meeting").target_groups.filter(it => it.id !== UNDISCLOSED)
  const first = phone.told && !phone.told.contributions.length
  return [
    h("h1", { tabindex: "-1" }, t("group.title")),
    para(t("group.why")),
    h(
      "ul",
      { class: "choices" },
      groups.map(it => choice(it.id, said("span", {}, it.name))),
      choice(UNDISCLOSED, t("group.skip")),
    ),
    first && information(),
  ]
}

function information() {
  return section(
    t("about.before"),
    para(t("join.anonymous")),
    para(t("join.public_notice")),
    h("p", {}, h("a", { href: "/privacy" }, t("join.privacy_link"))),
  )
}

function about() {
  const meeting = get("meeting")
  const counts = get("counts")
  return [
    said("h1", { tabindex: "-1" }, meeting.title),
    para([meeting.municipality, say(meeting.place).words, meeting.room, meeting.record_number].filter(Boolean).join(" · ")),
    counts && para(amount({ contributions: counts.contributions, people: counts.authors }), { class: "small" }),
    aboutMeeting(meeting),
    influence(),
    nextSteps(),
    information(),
    para(t("groups.note")),
    h(
      "ul",
      {},
      h("li", {}, h("a", { href: "/rules" }, t("about.rules"))),
      h("li", {}, h("a", { href: "/accessibility" }, t("join.accessibility_link"))),
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
    h("button", { type: "button", id: "next-person", class: "primary", onclick: () => phone.nextPerson() },
      t(unsent ? "next.go_anyway" : "next.go")),
  ]
}

// What the person has written, with its standing: everything, or in one step.
export class Mine {
  list = h("ul", { class: "cards" })
  none = para(t("mine.none"))

  constructor(phone, step) {
    Object.assign(this, { phone, step })
    const title = step ? h("h2", {}, t("mine.here")) : h("h1", { tabindex: "-1" }, t("post.mine"))
    this.node = h("section", {}, title, this.none, this.list)
  }

  update() {
    const all = this.phone.told ? [...this.phone.told.contributions].reverse() : []
    const mine = this.step ? all.filter(it => it.step === this.step) : all
    const leaving = new Set(this.phone.outbox.waiting().map(it => it.command.contribution))
    const { ended } = get("stage")
    this.none.hidden = mine.length > 0
    this.node.hidden = Boolean(this.step) && !mine.length
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
      !this.step && areaName(it.area),
      h("p", { class: "small" }, t(`kind.${it.kind}`)),
      written("p", { text: it.text }),
      h("p", { class: "standing", "data-standing": it.standing }, standing, it.late && ` · ${t("mine.late")}`),
      canLeave && (asked ? this.sure(it) : h("button", {
        type: "button",
        id: `leave-${it.contribution}`,
        onclick: () => this.ask(it.contribution),
      }, t("post.withdraw"))),
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
