// What the phone's views are built of.
import { serverNow } from "../lib/connection.js"
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { more, say, t, tag } from "../lib/words.js"

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
  return h(name, { lang: language === tag ? null : language, dir: "auto", ...props }, words)
}

// Words that a person wrote.
export function written(name, { text, language }) {
  return h(name, { class: "written", dir: "auto", lang: language }, text)
}

// A sentence of ours around words that may be in another language.
export function inParts(key, name, text, params) {
  const [before, after] = t(key, { ...params, [name]: "\0" }).split("\0")
  return [before, said("span", {}, text), after]
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

// Whether a window has closed.
export function isClosed({ closes_at: at }) {
  return Boolean(at) && serverNow() >= at
}

export function areaName(id) {
  const it = id && area(id)
  return it && h("p", { class: "area-name", "data-area": it.number }, `${it.number} `, said("span", {}, it.short))
}

export function amount({ contributions, people }) {
  const many = t("count.contributions", { n: contributions })
  return people ? t("count.from", { contributions: many, people: t("count.people", { n: people }) }) : many
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

// ── what comes once we are connected ──────────────────────────────────────────────────────────

const LATER = ["unsent", "own", "groups", "answers", "advice", "now", "window", "table"]
const TRIES = 9
const here = new Map()

// The module, if it has come.
export function module(name) {
  return here.get(name)
}

// Fetches what the first page does without, and the rest of the words; `changed()` when something
// has come. What has not is asked for again, and by another name: a browser may remember that it
// did not come.
export async function fetchLater(changed) {
  for (let tries = 0; tries < TRIES; tries++) {
    const again = tries ? `?${tries}` : ""
    const words = more(again)
    const missing = LATER.filter(name => !here.has(name))
    const fetched = missing.map(async name => {
      const it = await import(`./${name}.js${again}`)
      await words
      here.set(name, it)
    })
    const results = await Promise.allSettled([words, ...fetched])
    changed()
    if (results.every(it => it.status === "fulfilled")) return
    await new Promise(resolve => setTimeout(resolve, 1000 * 2 ** tries))
  }
}

// The view that `make(module)` gives, once the module has come.
export class Later {
  node = h("div", { class: "stack" })

  constructor(name, make) {
    Object.assign(this, { name, make })
    this.update()
  }

  update() {
    if (!this.view && here.has(this.name)) {
      this.view = this.make(here.get(this.name))
      this.node.append(this.view.node)
    }
    if (this.view) this.view.update()
  }
}
