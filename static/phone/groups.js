// Groups, with or without something to do to each: read them, say whether they fit, put dots on them.
import { h } from "../lib/element.js"
import { get, keys } from "../lib/records.js"
import { translated } from "../lib/translated.js"
import { t } from "../lib/words.js"
import { amount, area, areaName, cards, Page, para, said, Stack, written } from "./parts.js"
import { Field } from "./writing.js"

export function viewOf(phone, stage) {
  const groups = control => new Groups(stage, control)
  switch (stage.kind) {
    case "check": return new Stack(groups(phone.table ? {} : checking(phone, stage)), new Besides(phone, stage))
    case "dots": return phone.table ? groups() : new Stack(new Page(() => dotsLeft(phone)), groups(dotting(phone)), new Stray(phone))
    case "target-groups": return new Stack(new Page(differences), groups())
    case "collect":
    case "meanings":
    case "table-talk": return new Stack(new Others(phone), groups())
  }
  return groups()
}

// `control` says what can be done to each: parts(it) that the drawing depends on, draw(it, ...parts),
// tail(it, ...parts) for a node that must never be redrawn, and whether single voices have it too.
class Groups {
  list = h("ul", { class: "cards" })
  voices = h("ul", { class: "cards" })
  none = para(t("groups.none"))
  note = h("p", { class: "small" }, t("groups.note"))
  alone = h("h2", {}, t("groups.voices"))
  title = h("h2", {}, t("groups.title"))
  node = h("section", { class: "groups" }, this.title, this.none, this.note, this.list, this.alone, this.voices)

  constructor(stage, control = {}) {
    this.needed = ["groups", "check", "dots", "target-groups"].includes(stage.kind)
    this.control = control
  }

  update() {
    const { parts = () => [], tail } = this.control
    const groups = keys("group/").map(get).sort(inOrder)
    const voices = keys("voices/").flatMap(key => get(key).voices)
    const items = them => them.map(it => [it.group || it.contribution, it, ...parts(it)])
    cards(this.list, items(groups), (it, ...now) => this.group(it, now), tail)
    cards(this.voices, items(voices), (it, ...now) => this.voice(it, now))
    this.title.hidden = this.note.hidden = !groups.length
    this.alone.hidden = !voices.length
    this.none.hidden = !this.needed || groups.length + voices.length > 0
  }

  group(it, now) {
    return [
      areaName(it.area),
      h("h3", { dir: "auto", lang: it.language }, it.title),
      h("p", { class: "small" }, amount(it)),
      total(it),
      h("ul", { class: "quotes" }, it.quotes.map(quote => h("li", {}, written("span", quote), times(quote), translated(quote.translation)))),
      this.control.draw && this.control.draw(it, ...now),
    ]
  }

  voice(it, now) {
    return [written("p", it), times(it), translated(it.translation), total(it), this.control.voices && this.control.draw(it, ...now)]
  }
}

// The dots of all, once they are shown.
function total({ dots }) {
  return dots !== undefined && dots !== null && h("p", { class: "total" }, t("vote.total", { n: dots }))
}

// How many have written nearly the same, if more than one.
function times({ times: n = 1 }) {
  return n > 1 && h("span", { class: "times", role: "img", "aria-label": t("quote.times", { n }) }, `×${n}`)
}

function inOrder(one, other) {
  const place = it => it.area ? area(it.area).number : 0
  return place(one) - place(other) || one.place - other.place
}

// ── what others wrote, when the facilitator has opened it ─────────────────────────────────────

class Others {
  list = h("ul", { class: "cards" })
  none = para(t("others.none"))
  node = h("section", {}, h("h2", {}, t("others.title")), this.none, this.list)

  constructor(phone) {
    this.phone = phone
  }

  update() {
    const mine = new Set(this.phone.own.contributions.map(it => it.contribution))
    const others = keys("other/").map(get).filter(it => !mine.has(it.contribution)).reverse()
    this.node.hidden = !get("stage") || !get("stage").others_shown
    this.none.hidden = others.length > 0
    cards(this.list, others.map(it => [it.contribution, it]), it => [
      h("p", { class: "small" }, t(`kind.${it.kind}`)),
      written("p", it),
      translated(it.translation),
    ])
  }
}

// ── how target groups differ ──────────────────────────────────────────────────────────────────

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
    onclick: () => respond(phone, it.group, answer),
  }, t(`check.${answer}`))
  return {
    parts: it => [phone.own.answers[it.group]],
    draw: (it, now) => h("div", { class: "pair" }, button(it, "fits", now), button(it, "missing", now)),
    tail: (it, now) => now === "missing" && field(it),
  }
}

function respond(phone, group, answer) {
  phone.meanwhile(own => own.answers[group] = answer, { type: "respond-to-group", group, answer })
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
    onclick: () => able && dot(phone, contribution, step),
  }, sign)
  return h(
    "div",
    { class: "dots" },
    button("take", open && mine > 0, "vote.take", "−", -1),
    h("span", { class: "numerals" }, mine > 0 && t("vote.mine", { n: mine })),
    button("place", open && any, "vote.place", "+", 1),
  )
}

function dot(phone, contribution, step) {
  const type = step > 0 ? "place-dot" : "take-dot"
  phone.meanwhile(own => own.dots[contribution] = (own.dots[contribution] || 0) + step, { type, contribution })
  phone.say(t("vote.left", { n: left(phone) }))
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
