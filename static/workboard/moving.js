// The dialogue in which one says where: contributions to a theme, or a whole theme into another.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { choosing } from "../staff/choosing.js"
import { contribution, putBack } from "../staff/desk.js"
import { wish } from "../staff/line.js"
import { areaName, areaNumber, areas } from "../staff/names.js"
import { button } from "../staff/press.js"
import { makeTheme } from "./making.js"
import { allThemes } from "./work.js"

const NEW = 0
const ALONE = null

const dialog = h("dialog", { id: "moving", "aria-labelledby": "moving-heading" },
  h("div", { class: "dialog-top" }, h("h2", { id: "moving-heading" }), button("board.cancel", () => {}, "", "quiet close")),
  h("label", { for: "moving-filter" }, t("workboard.filter_themes")),
  h("input", { type: "text", id: "moving-filter", autocomplete: "off" }),
  h("p", { class: "note none", hidden: true }, t("workboard.no_such_theme")),
  h("ul", { class: "places" }),
  h("details", { class: "with-reason" }, h("summary", {}, t("workboard.reason_optional")),
    h("textarea", { rows: "2", maxlength: "2000", "aria-label": t("board.reason") })))
const choose = choosing(dialog)
const why = dialog.querySelector("textarea")

function ask(title, places, chosen) {
  if (!dialog.isConnected) document.body.append(dialog)
  why.value = ""
  dialog.querySelector("details").open = false
  choose(title, places, chosen)
}

// A wish with the reason, if one was written.
const reasoned = (command) => (why.value.trim() ? { ...command, why: why.value.trim() } : command)

// Asks where `numbers` are to go. `then` is called when they went.
export function move(numbers, then = () => {}) {
  const its = numbers.map(contribution).filter(Boolean)
  const already = new Set(its.map((it) => it.theme || null))
  const from = already.size === 1 ? [...already][0] : undefined
  ask(t("board.move_n", { n: its.length }), [
    { words: t("workboard.new_theme"), about: t("workboard.new_theme_help"), value: NEW },
    ...themePlaces(from, its[0].area),
    ...(from === null ? [] : [{ words: t("board.single_voice"), about: t("workboard.in_no_theme"), value: ALONE }]),
  ], async (theme, press) => {
    if (theme === NEW) {
      dialog.close()
      makeTheme(numbers, then)
      return false
    }
    const went = await wish(reasoned({ type: "place-in-theme", contributions: numbers, theme }), press)
    if (went) putBack()
    if (went) then()
    return went
  })
}

// A whole suggestion into a theme that there is.
export const moveAll = ({ all }) => move(all.map((it) => it.contribution))

// Those of `here` first, then the others with the name of their area.
function themePlaces(except, here) {
  const order = [here, ...areas().map((area) => area.id), "", null]
  const place = ({ area }) => order.indexOf(area)
  return allThemes().filter((it) => it.theme !== except).sort((one, other) => place(one) - place(other)).map((it) => ({
    words: it.title,
    about: [it.area === here ? "" : areaName(it.area), t("console.contributions", { n: it.contributions })].filter(Boolean).join(" · "),
    value: it.theme,
    area: String(areaNumber(it.area)),
  }))
}

// Asks which theme is to take all that `theme` has.
export function mergeTheme(theme) {
  ask(t("board.merge_title", { group: theme.title }), themePlaces(theme.theme, theme.area), (into, press) =>
    wish(reasoned({ type: "merge-themes", themes: [theme.theme], into }), press))
}

// Asks to which theme `number` says something too.
export function refer(number) {
  const it = contribution(number)
  const places = themePlaces(it.theme, it.area).filter(({ value }) => !(it.also || []).includes(value))
  ask(t("workboard.refer_title", { number }), places, (theme, press) =>
    wish(reasoned({ type: "refer-contribution", contribution: number, theme, linked: true }), press))
}
