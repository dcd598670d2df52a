// Tavlan: the themes of one goal area, what the machine suggests, and what stands alone.
import { h } from "../lib/element.js"
import { keys, get } from "../lib/records.js"
import { language, t } from "../lib/words.js"
import { areaTabs } from "../staff/area_tabs.js"
import { desk, putBack, redraw } from "../staff/desk.js"
import { keepingFocus, remember } from "../staff/focus.js"
import { keep } from "../staff/keyed.js"
import { button } from "../staff/press.js"
import { draggable } from "./dragging.js"
import { makeTheme } from "./making.js"
import { drawPicked, pickedBar, rangePicks, slipKeys } from "./picking.js"
import { keepRest, mayRule, rest } from "./tabs.js"
import { piles } from "./work.js"
import "./sheet.js"

const PAUSE = 150 // ms without a keystroke before searching
const KEYS = [["M", "move"], ["N", "new"], ["T", "note"], ["V", "about"], ["O", "originals"], ["␣", "pick"], ["⇧ ↑ ↓", "range"],
  ["Ctrl A", "all"], ["↑ ↓", "slip"], ["← →", "pile"], ["Ctrl Z", "undo"], ["Esc", "none"]]

export function mount(place) {
  return new Board(place)
}

class Board {
  constructor(place) {
    this.tabs = h("div", { class: "areas", role: "tablist", "aria-label": t("board.areas") })
    this.found = h("p", { class: "found note", role: "status" })
    this.contents = h("ol", { class: "contents" })
    this.tray = h("div", { class: "tray", "aria-hidden": "true" })
    this.themes = section("themes")
    this.groups = section("groups")
    this.voices = section("voices")
    this.alone = h("work-sheet", {})
    this.alone.dataset.drop = "alone"
    this.voices.append(this.alone)
    this.sheets = h("div", { id: "sheets", role: "tabpanel", tabindex: "-1" }, this.themes, this.groups, this.voices)
    place.append(
      h("h2", { class: "visually-hidden" }, t("work_page.tab_tavla")),
      mayRule ? "" : h("p", { class: "note" }, t("work_page.only_look")),
      this.tabs,
      h("div", { class: "searching" }, h("label", { for: "search" }, t("board.search")), this.search(), this.found),
      h("div", { class: "desk" }, this.side(), this.sheets),
      this.tray, pickedBar)
    this.sheets.addEventListener("keydown", slipKeys)
    this.sheets.addEventListener("click", rangePicks)
    this.sheets.addEventListener("focusin", (event) => remember(event.target))
    draggable(place)
    addEventListener("beforeprint", () => this.print(true))
    addEventListener("afterprint", () => this.print(false))
    this.drawAreas = areaTabs({
      tabs: this.tabs,
      panel: this.sheets,
      wanted: () => [rest()],
      across: () => keys("theme/").some((key) => !get(key).area),
      chose: (id) => {
        keepRest(id)
        scrollTo(0, 0)
      },
    })
    if (matchMedia("(min-width: 64rem)").matches) for (const one of place.querySelectorAll(".on-wide")) one.open = true
  }

  search() {
    const search = h("input", { type: "search", id: "search", autocomplete: "off" })
    let typing = 0
    search.addEventListener("input", () => {
      clearTimeout(typing)
      typing = setTimeout(() => {
        desk.query = search.value.trim().toLocaleLowerCase(language)
        redraw()
      }, PAUSE)
    })
    return search
  }

  side() {
    this.sum = h("p", { class: "note numerals" })
    const fresh = button("workboard.new_theme", () => makeTheme([...desk.picked]), "", "quiet new-theme")
    fresh.dataset.drop = "new"
    return h("div", { class: "side" }, this.sum,
      h("details", { class: "on-wide" }, h("summary", {}, t("workboard.contents")), this.contents, mayRule ? fresh : null),
      button("workboard.print", () => print(), "", "quiet print"),
      mayRule ? h("details", { class: "by-keyboard" }, h("summary", {}, t("console.shortcuts")),
        h("dl", { class: "keys" }, KEYS.map(([key, what]) =>
          h("div", {}, h("dt", {}, h("kbd", {}, key === "␣" ? t("console.space") : key)), h("dd", {}, t(`workboard.key_${what}`))))),
        h("p", { class: "note" }, t("board.keys_help"))) : null)
  }

  // On paper there is nothing to unfold.
  print(printing) {
    desk.printing = printing
    if (!this.sheets.closest("[hidden]")) this.draw()
  }

  draw() {
    const wanted = rest()
    if (wanted && wanted !== desk.area && this.shown !== undefined && wanted !== this.shown) this.turnTo(wanted)
    this.drawAreas()
    this.shown = desk.area
    const all = piles()
    keepingFocus(this.sheets, () => {
      fill(this.themes, all.themes)
      fill(this.groups, all.groups)
      this.alone.show(all.voices)
    })
    this.themes.none.hidden = all.themes.length > 0
    this.groups.hidden = !all.groups.length || (desk.query && all.groups.every((pile) => !pile.found.length))
    count(this.themes, all.themes.length)
    count(this.groups, all.groups.length)
    count(this.voices, all.voices.all.length)
    this.drawFound([...all.themes, ...all.groups, all.voices])
    this.drawContents(all.themes)
    drawPicked()
  }

  // Somebody has changed the address.
  turnTo(area) {
    desk.area = area
    putBack()
  }

  drawFound(all) {
    const n = all.reduce((sum, pile) => sum + pile.found.length, 0)
    const words = desk.query ? t("board.found", { n }) : ""
    if (this.found.textContent !== words) this.found.textContent = words
  }

  drawContents(themes) {
    this.contents.hidden = !themes.length
    keep(this.contents, themes, ({ key }) => key, ({ key, theme }) => entry(key, theme.theme), (line, { theme, all }) => {
      const [name, size] = line.firstChild.children
      if (name.textContent !== theme.title) name.textContent = theme.title
      size.textContent = String(all.length)
    })
    // The same for a finger that drags on a small screen.
    const targets = [...themes.map(({ key, theme }) => ({ key, words: theme.title, theme: theme.theme })),
      { key: "new", words: t("workboard.new_theme"), drop: "new" }, { key: "alone", words: t("board.single_voice"), drop: "alone" }]
    keep(this.tray, targets, ({ key }) => key, ({ theme, drop }) => h("span", { "data-theme": theme ? String(theme) : null, "data-drop": drop, dir: "auto" }),
      (one, { words }) => one.textContent === words || (one.textContent = words))
  }
}

function section(name) {
  const heading = h("h3", {}, h("span", {}, t(`workboard.section_${name}`)), " ", h("span", { class: "count numerals" }))
  const made = h("section", { class: `part ${name}`, "aria-label": t(`workboard.section_${name}`) },
    heading, h("p", { class: "note" }, t(`workboard.section_${name}_help`)))
  made.count = heading.lastChild
  if (name === "voices") return made
  made.none = h("p", { class: "empty" }, t("workboard.no_themes"))
  made.list = h("div", { class: "sheets" })
  made.append(made.list)
  if (name === "themes") made.list.before(made.none)
  return made
}

function fill({ list }, all) {
  keep(list, all, (pile) => `${desk.area}/${pile.key}`, () => h("work-sheet", {}), (sheet, pile) => sheet.show(pile))
}

function count(part, n) {
  const words = String(n)
  if (part.count.textContent !== words) part.count.textContent = words
}

function entry(key, theme) {
  const press = h("button", { type: "button", class: "quiet", "data-theme": String(theme) }, h("span", { dir: "auto" }), h("span", { class: "count numerals" }))
  press.addEventListener("click", () => {
    const heading = document.querySelector(`#pile-${key}`)
    heading.scrollIntoView({ block: "start" })
    heading.focus({ preventScroll: true })
  })
  return h("li", {}, press)
}
