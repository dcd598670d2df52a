// What the phone's views are built of.
import { h } from "../lib/element.js"
import { get, keys } from "../lib/records.js"
import { say, t, tag } from "../lib/words.js"

// New children for `node`, if they look different; the focus stays where it was.
export function refill(node, children) {
  const fresh = h("div", {}, children)
  if (fresh.innerHTML === node.innerHTML) return
  const focused = node.contains(document.activeElement) && document.activeElement.id
  node.replaceChildren(...fresh.childNodes)
  const again = focused && document.getElementById(focused)
  if (again) again.focus()
}

// A list with one card a key: items are [key, ...parts], and a card is redrawn when its parts
// change. A field in a card (`tail`) is never redrawn, nor taken away while it has unsent text.
export function cards(list, items, draw, tail = () => null) {
  const there = new Map([...list.children].map(card => [card.dataset.key, card]))
  items.forEach(([key, ...parts], place) => {
    const card = there.get(String(key)) || h("li", { "data-key": key }, h("div", {}))
    there.delete(String(key))
    if (!card.parts || parts.some((part, i) => part !== card.parts[i])) {
      card.parts = parts
      refill(card.firstChild, draw(...parts))
      dress(card, tail(...parts))
    }
    if (list.children[place] !== card) list.insertBefore(card, list.children[place] || null)
  })
  for (const card of there.values()) if (!unsent(card)) card.remove()
}

function dress(card, tail) {
  const there = card.children[1]
  if (there && there !== tail && !unsent(there)) there.remove()
  if (tail && there !== tail) card.append(tail)
}

// Whether somebody is writing something there.
export function unsent(node) {
  return [...node.querySelectorAll("textarea")].some(field => field.value.trim())
}

// Words of the municipality, in the page's language or marked as Swedish.
export function said(name, props, text) {
  const { words, language } = say(text)
  return h(name, { lang: language === tag ? null : language, ...props }, words)
}

// Words that a person wrote, and what they have been translated to.
export function written(name, { text, language, translation }) {
  return [h(name, { class: "written", dir: "auto", lang: language }, text), translation && translated(translation)]
}

function translated({ text, language, by }) {
  return h("p", { class: "small", dir: "auto", lang: language }, h("bdi", { lang: tag }, `${t(`translated.${by}`)}:`), ` ${text}`)
}

// How many have written nearly the same, if more than one.
export function times({ times: n = 1 }) {
  return n > 1 && h("span", { class: "times", role: "img", "aria-label": t("quote.times", { n }) }, `×${n}`)
}

export function para(words, props) {
  return h("p", props, words)
}

export function section(title, ...children) {
  return h("section", {}, h("h2", {}, title), children)
}

export function area(id) {
  const meeting = get("meeting")
  return meeting && meeting.areas.find(it => it.id === id)
}

export function areaName(id) {
  const it = id && area(id)
  return it && h("p", { class: "area-name", "data-area": it.number }, `${it.number} `, said("span", {}, it.short))
}

export function amount({ contributions, people }) {
  return t("count.from", {
    contributions: t("count.contributions", { n: contributions }),
    people: t("count.people", { n: people }),
  })
}

// Redrawn when what it shows has changed, and only then; the focus stays where it was.
export class Page {
  node = h("div", { class: "page" })

  constructor(draw) {
    this.draw = draw
  }

  update() {
    refill(this.node, this.draw())
  }
}

export class Stack {
  constructor(...views) {
    this.views = views
    this.node = h("div", { class: "stack" }, views.map(view => view.node))
  }

  update() {
    for (const view of this.views) view.update()
  }
}

// ── groups, with or without something to do to each ───────────────────────────────────────────

// `control` says what can be done to each: parts(it) that the drawing depends on, draw(it, ...parts),
// tail(it, ...parts) for a node that must never be redrawn, and whether single voices have it too.
export class Groups {
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
      it.dots !== undefined && it.dots !== null && h("p", { class: "total" }, t("vote.total", { n: it.dots })),
      h("ul", { class: "quotes" }, it.quotes.map(quote => h("li", {}, written("span", quote), times(quote)))),
      this.control.draw && this.control.draw(it, ...now),
    ]
  }

  voice(it, now) {
    return [written("p", it), times(it), this.control.voices && this.control.draw(it, ...now)]
  }
}

function inOrder(one, other) {
  const place = it => it.area ? area(it.area).number : 0
  return place(one) - place(other) || one.place - other.place
}

// ── what others wrote, when the facilitator has opened it ─────────────────────────────────────

export class Others {
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
    ])
  }
}

// ── one's own ─────────────────────────────────────────────────────────────────────────────────

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
      written("p", it),
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
