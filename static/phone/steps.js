// What the phone shows for each kind of step. A view is {node, update()}; its node stays as long as
// the step does, and nobody takes it away while there is unsent text in it.
import { h } from "../lib/element.js"
import { get, keys } from "../lib/records.js"
import { say, t } from "../lib/words.js"
import { amount, areaName, cards, Groups, Mine, Others, Page, para, said, section, Stack } from "./parts.js"
import { Field, Writing } from "./writing.js"

export function viewOf(phone, stage) {
  const top = new Page(() => heading(stage))
  const mine = new Mine(phone, stage.step)
  const groups = control => new Groups(stage, control)
  switch (stage.ended ? "ended" : stage.kind) {
    case "collect":
    case "meanings": return new Stack(new Writing(phone, stage), mine, new Others(phone), groups())
    case "try-out": return new Stack(top, new TryOut(phone))
    case "check": return new Stack(top, groups(checking(phone, stage)), new Besides(phone, stage), mine)
    case "dots": return new Stack(top, new Page(() => dotsLeft(phone)), groups(dotting(phone)), new Stray(phone))
    case "groups": return new Stack(top, groups())
    case "target-groups": return new Stack(top, new Page(differences), groups())
    case "evaluation": return new Stack(top, new Page(() => evaluation(phone)))
    case "table-talk": return new Stack(top, new Page(() => para(t("wait.listen"))), new Others(phone), groups())
    case "influence": return new Stack(top, new Page(() => influence(stage)))
    case "break": return new Stack(top, new Page(() => rest(get("stage"))), groups())
    case "thanks":
    case "ended": return new Stack(new Page(() => farewell(phone, stage)), groups())
  }
  return new Stack(new Page(() => welcome(stage)))
}

// ── to read ───────────────────────────────────────────────────────────────────────────────────

function listOf(texts) {
  return h("ul", { class: "plain-list" }, texts.map(text => said("li", {}, text)))
}

function heading(stage) {
  return [said("h1", { tabindex: "-1" }, stage.title), say(stage.prompt).words && said("p", {}, stage.prompt)]
}

function welcome(stage) {
  const meeting = get("meeting")
  return [
    h("h1", { tabindex: "-1" }, t("wait.title")),
    said("p", { class: "lead" }, meeting.title),
    stage.step && said("p", {}, stage.prompt),
    para(t("wait.body")),
    aboutMeeting(meeting),
  ]
}

export function aboutMeeting(meeting) {
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

function rest(stage) {
  return stage.until ? para(t("wait.paused", { time: stage.until })) : null
}

export function nextSteps() {
  const { next, results_url, results_date, feedback } = get("meeting")
  return [
    next.length > 0 && section(
      t("about.next"),
      h("ol", { class: "dates" }, next.map(line => h("li", {}, h("b", {}, line.date), " ", said("span", {}, line.text)))),
    ),
    results_url && para(results_date
      ? t("about.results", { url: results_url, date: results_date })
      : t("about.results_undated", { url: results_url })),
    feedback && h("p", {}, h("a", { href: feedback }, t("about.feedback"))),
  ]
}

function farewell(phone, stage) {
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

export function receiptCode(phone) {
  return phone.kept.me.number > 0 && section(
    t("receipt.title"),
    h("p", { class: "receipt numerals", translate: "no" }, phone.kept.code()),
    para(t("receipt.body")),
    h("p", {}, h("a", { href: `/receipt#${phone.kept.me.code}` }, t("receipt.open"))),
  )
}

function differences() {
  const { target_groups } = get("meeting")
  const found = keys("differences/").map(get)
  const nameOf = id => said("h2", {}, (target_groups.find(it => it.id === id) || { name: id }).name)
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

// ── check: have we understood you right? ──────────────────────────────────────────────────────

function checking(phone, stage) {
  const fields = new Map()
  const field = it => {
    if (!fields.has(it.group)) fields.set(it.group, missing(phone, stage, it))
    return fields.get(it.group).node
  }
  const button = (it, answer, now) => h("button", {
    type: "button",
    id: `${answer}-${it.group}`,
    "aria-pressed": String(now === answer),
    onclick: () => phone.respond(it.group, answer),
  }, t(`check.${answer}`))
  return {
    parts: it => [phone.own.answers[it.group]],
    draw: (it, now) => h("div", { class: "pair" }, button(it, "fits", now), button(it, "missing", now)),
    tail: (it, now) => now === "missing" && field(it),
  }
}

function missing(phone, stage, { group, area: id, title }) {
  const place = () => ({ kind: "meaning", topic: null, area: stage.area ? null : id })
  return new Field(phone, stage, { about: `group-${group}`, label: t("check.what", { title }), place })
}

// What fits under no group.
class Besides {
  constructor(phone, stage) {
    const place = () => ({ kind: "meaning", topic: null, area: null })
    this.field = new Field(phone, stage, { about: "", label: t("check.besides"), place })
    this.node = h("section", {}, this.field.node)
  }

  update() {
    this.field.update()
  }
}

// ── dots: a temperature check, no vote ────────────────────────────────────────────────────────

function dotsLeft(phone) {
  const { dots, open, dots_revealed: revealed } = get("stage")
  return [
    para(t("vote.body", { n: dots })),
    h("p", { class: "small" }, t("vote.note")),
    h("p", { class: "left numerals" }, open ? t("vote.left", { n: left(phone) }) : t("vote.closed")),
    revealed && para(t("vote.revealed")),
  ]
}

function left(phone) {
  const placed = Object.values(phone.own.dots).reduce((sum, n) => sum + n, 0)
  return Math.max(0, get("stage").dots - placed)
}

function dotting(phone) {
  const number = it => it.stands_for || it.contribution
  return {
    voices: true,
    parts: it => [phone.own.dots[number(it)] || 0, left(phone) > 0, get("stage").open],
    draw: (it, mine, any, open) => number(it) && dotButtons(phone, number(it), it.title || it.text, mine, any, open),
  }
}

function dotButtons(phone, contribution, title, mine, any, open) {
  const button = (id, able, label, sign, step) => h("button", {
    type: "button",
    id: `${id}-${contribution}`,
    "aria-label": t(label, { title }),
    "aria-disabled": able ? null : "true",
    onclick: () => able && phone.dot(contribution, step),
  }, sign)
  return h(
    "div",
    { class: "dots" },
    button("take", open && mine > 0, "vote.take", "−", -1),
    h("span", { class: "numerals" }, mine > 0 && t("vote.mine", { n: mine })),
    button("place", open && any, "vote.place", "+", 1),
  )
}

// Own dots on what no card shows any longer: they can still be taken back.
class Stray {
  list = h("ul", { class: "cards" })
  title = h("h2", {}, t("vote.elsewhere"))
  node = h("section", {}, this.title, this.list)

  constructor(phone) {
    this.phone = phone
  }

  update() {
    const shown = new Set([
      ...keys("group/").map(key => get(key).stands_for),
      ...keys("voices/").flatMap(key => get(key).voices.map(it => it.contribution)),
    ])
    const dots = Object.entries(this.phone.own.dots).filter(([id, n]) => n > 0 && !shown.has(Number(id)))
    this.title.hidden = !dots.length
    cards(this.list, dots.map(([id, n]) => [id, Number(id), n, get("stage").open]), (id, n, open) =>
      dotButtons(this.phone, id, "", n, false, open))
  }
}

// ── try-out and evaluation ────────────────────────────────────────────────────────────────────

// The text never leaves the phone: only that somebody tried is sent.
class TryOut {
  input = h("input", { type: "text", id: "try", maxlength: "100", autocomplete: "off" })
  node = h(
    "form",
    { class: "field", novalidate: true, onsubmit: event => this.send(event) },
    h("label", { for: "try" }, t("try.label")),
    this.input,
    h("button", { class: "primary" }, t("try.send")),
    h("p", { class: "small" }, t("try.note")),
  )

  constructor(phone) {
    this.phone = phone
  }

  send(event) {
    event.preventDefault()
    this.input.value = ""
    this.phone.do({ type: "try-it-out" })
  }

  update() {}
}

function evaluation(phone) {
  const results = (get("evaluation") || { answers: {} }).answers
  return (get("stage").questions || []).map(question => h(
    "fieldset",
    { class: "choices" },
    said("legend", {}, question.text),
    question.options.map((option, n) => h(
      "label",
      {},
      h("input", {
        type: "radio",
        id: `${question.id}-${n}`,
        name: question.id,
        checked: phone.own.evaluation[question.id] === n,
        onchange: () => phone.evaluate(question.id, n),
      }),
      said("span", {}, option),
      results[question.id] && h("span", { class: "numerals" }, t("evaluation.answers", { n: results[question.id][n] || 0 })),
    )),
  ))
}
