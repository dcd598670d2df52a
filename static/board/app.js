// The board: the groups of one goal area, and what people say about them.
import { h } from "../lib/element.js"
import { get, keys, watch } from "../lib/records.js"
import { language, say, t } from "../lib/words.js"
import { areaTabs } from "../staff/area_tabs.js"
import { lastChange } from "../staff/changes.js"
import { desk, drawn, redraw } from "../staff/desk.js"
import { keepingFocus, remember } from "../staff/focus.js"
import { keep } from "../staff/keyed.js"
import { start, watchLine } from "../staff/line.js"
import { piles } from "./desk.js"
import { slipKeys } from "./picking.js"
import "./pile.js"
import "./proposal.js"
import "./regrouping.js"

const PAUSE = 150 // ms without a keystroke before searching
const sheets = document.querySelector("#sheets")
const search = document.querySelector("#search")
const found = document.querySelector(".found")
const contents = document.querySelector(".contents")

// The one in the address, else the one that the step is about.
const drawAreas = areaTabs({
  tabs: document.querySelector(".areas"),
  panel: sheets,
  wanted: () => [decodeURIComponent(location.hash.slice(1)), get("stage") && get("stage").area],
  across: () => keys("group/").some((key) => !get(key).area),
  chose: (id) => {
    history.replaceState(null, "", `#${encodeURIComponent(id)}`)
    scrollTo(0, 0)
  },
})

function draw() {
  const meeting = get("meeting")
  if (!meeting) return
  document.querySelector(".bar .meeting").textContent = [say(meeting.title).words, meeting.room].filter(Boolean).join(" · ")
  drawAreas()
  const all = piles().filter((pile) => pile.group || pile.key === "voices" || pile.all.length)
  keepingFocus(sheets, () => keep(sheets, all, (pile) => `${desk.area}/${pile.key}`, () => h("board-pile", {}), (place, pile) => place.show(pile)))
  document.querySelector("board-proposal").draw()
  document.querySelector("board-regrouping").draw()
  drawFound(all)
  drawContents(all)
}

function drawFound(all) {
  const n = all.reduce((sum, pile) => sum + pile.found.length, 0)
  const words = desk.query ? t("board.found", { n }) : ""
  if (found.textContent !== words) found.textContent = words
}

function drawContents(all) {
  keep(contents, all.filter((pile) => pile.group), (pile) => pile.key, ({ key }) => h("li", {}, jump(key)), (line, { group }) => {
    const [name, size] = line.firstChild.children
    if (name.textContent !== group.title) name.textContent = group.title || t("board.untitled")
    size.textContent = String(group.contributions)
  })
}

function jump(key) {
  const press = h("button", { type: "button", class: "quiet" }, h("span", { dir: "auto" }), h("span", { class: "count numerals" }))
  press.addEventListener("click", () => {
    const heading = document.querySelector(`#pile-${key}`)
    heading.scrollIntoView({ block: "start" })
    heading.focus({ preventScroll: true })
  })
  return press
}

let typing = 0
search.addEventListener("input", () => {
  clearTimeout(typing)
  typing = setTimeout(() => {
    desk.query = search.value.trim().toLocaleLowerCase(language)
    redraw()
  }, PAUSE)
})
sheets.addEventListener("keydown", slipKeys)
sheets.addEventListener("focusin", (event) => remember(event.target))
document.querySelector(".last-change").append(lastChange())
if (matchMedia("(min-width: 64rem)").matches) for (const one of document.querySelectorAll(".on-wide")) one.open = true
drawn(draw)
watch("", redraw)
watchLine(document.querySelector(".line"))
start("board")
