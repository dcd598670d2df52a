// What fits on the screen. Nothing scrolls: long words get smaller steps, long lists get pages.
import { stand } from "./frame.js"

const SIZES = ["large", "medium", "small"]

// After drawing: [data-shrink] takes the largest size that fits, [data-trim] hides what does not
// fit from its end, and [data-lines] shows as many whole lines as its [data-box] has room for;
// what is cut off there loses its [data-extra] first. What a [data-beside]
// stands beside gives way to it; where it has room for no line, it goes itself.
export function settle(home) {
  for (const box of home.querySelectorAll("[data-shrink]")) shrink(box)
  for (const words of home.querySelectorAll("[data-beside]")) words.hidden = false
  for (const words of home.querySelectorAll("[data-lines]")) clamp(words, Number(words.dataset.lines))
  for (const list of home.querySelectorAll("[data-trim]")) trim(list)
  for (const words of home.querySelectorAll("[data-lines]")) shorten(words)
}

function shrink(box) {
  for (const size of SIZES) {
    box.dataset.size = size
    if (!overflows(box)) return
  }
}

// Rather two short quotes than one long; what room is left over goes to the first.
function trim(list) {
  const items = [...list.children]
  for (const item of items) item.hidden = false
  while (!shorter(list) && items.length > 1) items.pop().hidden = true
  if (!overflows(list)) return
  list.dataset.single = ""
  const all = list.querySelectorAll("[data-lines]")
  for (const words of all) clamp(words, 1)
  if (all.length && overflows(list)) items[0].hidden = true
}

function shorter(list) {
  const all = list.querySelectorAll("[data-lines]")
  for (let lines = 3; lines > 1; lines--) {
    for (const words of all) clamp(words, lines)
    if (!overflows(list)) return grown(list, all, lines)
  }
  return false
}

function grown(list, all, lines) {
  for (const words of all) {
    clamp(words, lines + 1)
    if (overflows(list)) clamp(words, lines)
  }
  return true
}

function shorten(words) {
  const box = words.closest("[data-box]").getBoundingClientRect()
  const isBeside = words.hasAttribute("data-beside")
  if (isBeside && !within(words, box)) clamp(words.previousElementSibling, 1)
  for (let lines = Number(words.dataset.lines); lines > 1 && !within(words, box); lines--) {
    clamp(words, lines - 1)
  }
  if (isBeside) words.hidden = !within(words, box)
  const extra = words.querySelector("[data-extra]")
  if (extra) extra.hidden = overflows(words)
}

function clamp(words, lines) {
  words.style.webkitLineClamp = lines
}

function within(words, box) {
  const { top, bottom } = words.getBoundingClientRect()
  return top > box.top - 1 && bottom < box.bottom + 1
}

// Fonts reach a little outside their lines; a whole line is always more than that.
function overflows(box) {
  const ink = 0.25 * parseFloat(getComputedStyle(box).fontSize)
  return box.scrollHeight > box.clientHeight + ink || box.scrollWidth > box.clientWidth + 1
}

// How many rows this high, in hundredths of the screen, the page's head leaves room for.
export function roomFor(page, height, most) {
  stand(page)
  const main = document.querySelector("main")
  const unit = Math.min(innerHeight, 0.75 * innerWidth) / 100
  return Math.max(1, Math.min(most, Math.floor(main.clientHeight / (height * unit))))
}

let known = new Map()

export function forgetSizes() {
  known = new Map()
}

// The items of each page, when `build(items)` makes a page whose [data-list] holds them: measured
// once, out of sight, for as long as the words and the screen stay the same.
export function shares(name, items, build, most = 7) {
  const key = `${name} ${JSON.stringify(items)}`
  if (!known.has(key)) known.set(key, items.length ? measured(items, build, most) : [])
  return known.get(key)
}

function measured(items, build, most) {
  const page = build(items)
  stand(page)
  const main = document.querySelector("main")
  const copy = main.cloneNode(false)
  copy.classList.add("measure")
  copy.append(...page.body)
  main.append(copy)
  const list = copy.querySelector("[data-list]")
  const room = list.clientHeight - (list.firstChild.offsetTop - list.offsetTop)
  const counts = divided([...list.children], room, most)
  copy.remove()
  let from = 0
  return counts.map(count => items.slice(from, (from += count)))
}

function divided(children, room, most) {
  const counts = []
  let first = 0
  children.forEach((child, place) => {
    const height = child.offsetTop + child.offsetHeight - children[first].offsetTop
    if (place > first && (height > room || place - first === most)) {
      counts.push(place - first)
      first = place
    }
  })
  return [...counts, children.length - first]
}
