// The dialogue in which one says where: contributions to a group, or a whole group into another.
import { h } from "../lib/element.js"
import { language, t } from "../lib/words.js"
import { wish } from "../staff/line.js"
import { groups, piles, putBack } from "./desk.js"
import { backToSlips } from "./focus.js"

const NEW = 0
const ALONE = null

const dialog = document.querySelector("#moving")
const heading = dialog.querySelector("h2")
const filter = dialog.querySelector("input")
const list = dialog.querySelector("ul")
const none = dialog.querySelector(".none")
let places = [] // [{words, about, group}]
let numbers = []

// Asks where `contributions` are to go.
export function move(contributions) {
  const already = new Set(piles().filter((pile) => pile.all.some((it) => contributions.includes(it.contribution))).map((pile) => pile.key))
  const from = already.size === 1 ? [...already][0] : null
  ask(t("board.move_n", { n: contributions.length }), contributions, [
    { words: t("board.new_group"), about: t("board.new_group_help"), group: NEW },
    ...groupPlaces(from),
    { words: t("board.single_voice"), about: t("board.single_voice_help"), group: ALONE },
  ])
}

// Asks which group is to take all that `group` has.
export function merge(group) {
  const { all } = piles().find((pile) => pile.key === group.group)
  ask(t("board.merge_title", { group: group.title }), all.map((it) => it.contribution), groupPlaces(group.group))
}

function groupPlaces(except) {
  return groups().filter((group) => group.group !== except).map((group) => ({
    words: group.title || t("board.untitled"),
    about: t("console.contributions", { n: group.contributions }),
    group: group.group,
    language: group.language,
  }))
}

function ask(title, contributions, choices) {
  places = choices
  numbers = contributions
  heading.textContent = title
  filter.value = ""
  draw()
  dialog.showModal()
  filter.focus()
}

function draw() {
  const wanted = filter.value.trim().toLocaleLowerCase(language)
  const fitting = places.filter((place) => place.words.toLocaleLowerCase(language).includes(wanted))
  list.replaceChildren(...fitting.map((place) => h("li", { "data-answers": "" }, choice(place))))
  none.hidden = fitting.length > 0
}

function choice({ words, about, group, language: lang }) {
  const press = h("button", { type: "button", class: "quiet" },
    h("span", { class: "label", dir: "auto", lang }, words), h("span", { class: "note" }, about))
  press.addEventListener("click", () => send(group, press))
  return press
}

async function send(group, press) {
  if (!(await wish({ type: "place-contributions", contributions: numbers, group }, press))) return
  putBack()
  dialog.close()
}

const presses = () => [...list.querySelectorAll("button")]

function step(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  const all = presses()
  if (!by || !all.length) return
  event.preventDefault()
  const at = all.indexOf(document.activeElement)
  const to = at + by
  if (to < 0) filter.focus()
  else (all[to] || all[at]).focus()
}

// Enter in the field takes the only one left, else goes to the first.
function enter(event) {
  if (event.key !== "Enter" || event.target !== filter) return
  event.preventDefault()
  const [first, another] = presses()
  if (first && !another) first.click()
  else if (first) first.focus()
}

filter.addEventListener("input", draw)
dialog.addEventListener("keydown", step)
dialog.addEventListener("keydown", enter)
dialog.querySelector(".close").addEventListener("click", () => dialog.close())
dialog.addEventListener("click", (event) => event.target === dialog && dialog.close())
dialog.addEventListener("close", () => requestAnimationFrame(backToSlips))
