// Masking by choosing words: each is a button, and what is chosen is masked.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { button } from "../staff/press.js"

// From a letter or digit to the last one before a space: "(Svensson)," is Svensson.
const WORD = /[\p{L}\p{N}](?:\S*[\p{L}\p{N}\p{M}])?/gu

// The server counts characters, JavaScript halves of some.
const charactersTo = (text, at) => [...text.slice(0, at)].length
const placeOf = (text, characters) => [...text].slice(0, characters).join("").length

const whole = (slip) => slip.original || slip.text
const masksOf = (slip) => (slip.masks || []).map(([from, to]) => [placeOf(whole(slip), from), placeOf(whole(slip), to)])

// A slip's words for those who may read all of them, the masked ones marked.
export function inPieces(slip) {
  const text = whole(slip)
  const pieces = []
  let at = 0
  for (const [from, to] of masksOf(slip)) {
    pieces.push(text.slice(at, from), h("mark", { class: "masked" },
      h("span", { class: "visually-hidden" }, t("console.masked_here"), " "), text.slice(from, to)))
    at = to
  }
  return [...pieces, text.slice(at)]
}

// `save(spans, button)`: what is to be masked from now on. `close()`: nothing is to be changed.
export function maskEditor(slip, close, save) {
  const text = whole(slip)
  const masks = masksOf(slip)
  const nodes = []
  let at = 0
  for (const found of text.matchAll(WORD)) {
    const [from, to] = [found.index, found.index + found[0].length]
    const masked = masks.some(([start, end]) => start < to && from < end)
    const press = h("button", { type: "button", class: "word", tabindex: nodes.length ? "-1" : "0", "aria-pressed": String(masked) }, found[0])
    Object.assign(press, { from, to })
    nodes.push(text.slice(at, from), press)
    at = to
  }
  const words = h("p", { class: "choosing", dir: "auto", lang: slip.language }, nodes, text.slice(at))
  const done = button("console.mask_save", () => save(chosen(words, text), done), "", "primary")
  const leave = button("console.mask_leave", close, "", "quiet")
  const editor = h("div", { class: "masking", role: "group", "aria-label": t("console.mask_how") },
    h("p", { class: "note" }, t("console.mask_how")), words, h("div", { class: "acts" }, done, leave))
  let last = null
  words.addEventListener("click", ({ target, shiftKey }) => {
    if (!target.matches(".word")) return
    const is = shiftKey && last ? "true" : String(target.getAttribute("aria-pressed") !== "true")
    for (const word of shiftKey && last ? between(words, last, target) : [target]) word.setAttribute("aria-pressed", is)
    last = target
    reach(words, target)
  })
  editor.addEventListener("keydown", (event) => keys(event, words, done, close))
  return editor
}

function all(words) {
  return [...words.querySelectorAll(".word")]
}

function between(words, one, other) {
  const places = all(words)
  const [from, to] = [places.indexOf(one), places.indexOf(other)].sort((a, b) => a - b)
  return places.slice(from, to + 1)
}

// One Tab stop for all the words; arrows go from word to word.
function reach(words, word) {
  for (const one of all(words)) one.tabIndex = one === word ? 0 : -1
  word.focus()
}

// Words that follow each other are masked with the space between them, so that nobody counts names.
function chosen(words, text) {
  const spans = []
  let before = false
  for (const word of all(words)) {
    const is = word.getAttribute("aria-pressed") === "true"
    if (is && before) spans[spans.length - 1][1] = charactersTo(text, word.to)
    else if (is) spans.push([charactersTo(text, word.from), charactersTo(text, word.to)])
    before = is
  }
  return spans
}

function keys(event, words, done, close) {
  if (event.key === "Tab" || event.ctrlKey || event.metaKey || event.altKey) return
  event.stopPropagation()
  const word = event.target.closest(".word")
  if (event.key === "Escape") close()
  else if (event.key === "Enter" && word) done.click()
  else if (word && step(words, event.key)) move(words, word, step(words, event.key), event.shiftKey)
  else return
  event.preventDefault()
}

function step(words, key) {
  const onwards = getComputedStyle(words).direction === "rtl" ? "ArrowLeft" : "ArrowRight"
  if (key === onwards || key === "ArrowDown") return 1
  return ["ArrowLeft", "ArrowRight", "ArrowUp"].includes(key) ? -1 : 0
}

// With Shift the word that is left and the one that is reached are both chosen.
function move(words, from, by, choosing) {
  const places = all(words)
  const to = places[places.indexOf(from) + by]
  if (!to) return
  if (choosing) for (const one of [from, to]) one.setAttribute("aria-pressed", "true")
  reach(words, to)
}
