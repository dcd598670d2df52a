// Small pieces that several screens are set with.
import { serverNow } from "../lib/connection.js"
import { get, keys } from "../lib/records.js"
import { h } from "../lib/element.js"
import { at, config, locale, say, t, tag, written } from "../lib/words.js"

// A Text in the page's language; marked where it is in another.
export function text(element, props, value) {
  const { words, language } = typeof value === "string" ? { words: value, language: tag } : say(value)
  return h(element, { ...props, dir: "auto", lang: language === tag ? null : language }, words)
}

export function isEmpty(value) {
  return !value || (typeof value === "object" && !say(value).words)
}

const LONG = 15
const EDGE = 4
const SYLLABLE = /([bdfgkptv]?[lr]|[bcdfghjkmnpqstvxz])[aeiouyåäöé]/gi

// Long Swedish and Finnish words may be divided before a consonant and its vowel.
export function divisible(words, language) {
  if (language !== "sv" && language !== "fi") return words
  return words.replace(/\p{L}+/gu, word => word.length < LONG ? word : divided(word))
}

function divided(word) {
  return word.replace(SYLLABLE, (syllable, _, at) => {
    const isInside = at >= EDGE && at < word.length - EDGE
    const isOneSound = /ng|ck/i.test(word.slice(at - 1, at + 1))
    return isInside && !isOneSound ? `\u00ad${syllable}` : syllable
  })
}

// What people wrote, in their own language and direction, never altered, and its translation, which
// shares its lines; how many wrote nearly so.
export function quote(element, { contribution, text: words, language, translation, times = 1 }, lines = 4, props = {}) {
  const said = h("q", { dir: "auto", lang: language, "data-lines": translation ? Math.ceil(lines / 2) : lines }, words)
  return h(element, { "data-key": `post-${contribution}`, class: times > 1 ? "quote folded" : "quote", ...props },
    translation ? h("div", { class: "both" }, said, beside(translation, Math.max(1, lines - 1))) : said,
    times > 1 ? h("span", { class: "times", role: "img", "aria-label": t("quote.times", { n: times }) }, `×${times}`) : null)
}

// Who made it is said in a word: the room is for what somebody wanted to say.
function beside({ text: words, language, by }, lines) {
  const maker = h("abbr", { title: t(`translated.${by}`) }, t(`proj.translated_${by}`))
  return h("p", { class: "translation", dir: "auto", lang: language, "data-lines": lines, "data-beside": "" },
    h("bdi", { lang: tag }, maker), ` ${words}`)
}

const GAP = "\n"

// "38 bidrag", with the number as <b> so that it can be set larger than its noun.
export function figure(key, n) {
  // Counts as the number it is, is written as a gap.
  const number = { valueOf: () => n, toString: () => GAP }
  return around(t(key, { n: number }), h("b", {}, written(n)))
}

// A sentence from the catalogue with `node` in its gap.
export function sentence(key, name, node) {
  return around(t(key, { [name]: GAP }), node)
}

// Words without a gap say it all: Arabic has a form of its own for one, and for two.
function around(words, node) {
  const [before, after] = words.split(GAP)
  return after === undefined ? [before] : [before, node, after]
}

// A place that nobody has yet.
export function vacant() {
  return h("li", { class: "vacant", "aria-hidden": "true" })
}

export function empty(key) {
  return h("p", { class: "nothing" }, t(key))
}

export function size(contributions, people) {
  return [
    h("span", {}, figure("count.contributions", contributions)),
    people ? h("span", {}, " ", figure("proj.from_people", people)) : null,
  ]
}

// How to get here, as short as one can say it; where it is long it is divided before a part of it.
export function address() {
  const [first, ...more] = config.home.replace(/^https?:\/\//, "").split(/(?=[./])/)
  return [first, more.map(it => [h("wbr"), it])]
}

export function qr(code) {
  return h("img", { class: "qr", src: at(`/qr/${code}.svg`), alt: t("proj.qr") })
}

export function timer(isClosed) {
  if (isClosed) return h("p", { class: "timer" }, h("span", {}, t("proj.time_over")))
  return get("timer") ? h("p", { class: "timer", role: "timer", "data-timer": "" }, clock()) : null
}

export function clock() {
  const seconds = Math.ceil((get("timer").ends_at - serverNow()) / 1000)
  if (seconds <= 0) return [h("span", {}, t("proj.time_over"))]
  return [h("b", {}, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`)]
}

// A length that shows a number that is also written out.
export function bar(value, largest) {
  const share = Math.round(1000 * value / Math.max(1, largest)) / 10
  return h("span", { class: "bar", "aria-hidden": "true" }, h("i", { "data-share": share }))
}

// One mark for each person, in rows that fill up like seats; more people, smaller seats.
export function marks(count, shape) {
  let [wide, high] = shape
  while (wide * high < count && wide * high < 2000) [wide, high] = [wide * 2, high * 2]
  const shown = Math.min(count, wide * high)
  const seats = Array.from({ length: shown }, (_, n) => h("circle", {
    "data-key": `mark-${n}`, cx: n % wide + 0.5, cy: Math.floor(n / wide) + 0.5, r: 0.36,
  }))
  return h("svg", {
    class: "marks", viewBox: `0 0 ${wide} ${high}`, preserveAspectRatio: "xMinYMin meet", "aria-hidden": "true",
  }, seats)
}

export function date(words) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(words)) return words
  return new Date(`${words}T12:00`).toLocaleDateString(locale, { day: "numeric", month: "long", year: "numeric" })
}

// ── records ───────────────────────────────────────────────────────────────────────────────────

export function areaOf(id) {
  return get("meeting").areas.find(area => area.id === id) || null
}

// The areas a step is about: its own, or all in their order and what stands outside them.
export function areasIn(stage) {
  return stage.area ? [stage.area] : [...get("meeting").areas.map(area => area.id), null]
}

// The groups of an area by place: a group never moves because another one grows.
export function groupsIn(area) {
  return keys("group/").map(get).filter(group => group.area === area).sort((a, b) => a.place - b.place)
}

// Groups by their places, `most` to a page; a place that is empty stays empty.
export function slots(groups, most) {
  const pages = []
  for (const group of groups) {
    const page = Math.floor(group.place / most)
    if (!pages[page]) pages[page] = Array(most).fill(null)
    pages[page][group.place % most] = group
  }
  return pages.filter(Boolean)
}

export function chunks(items, most) {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, n) => items.slice(n * most, (n + 1) * most))
}
