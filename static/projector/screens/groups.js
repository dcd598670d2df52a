// What has been written, in groups: an overview in rows, columns with quotes, single voices last.
import { get } from "../../lib/records.js"
import { h } from "../../lib/element.js"
import { t } from "../../lib/words.js"
import { roomFor } from "../fit.js"
import { isWide } from "../frame.js"
import { areaOf, areasIn, bar, chunks, divisible, empty, figure, groupsIn, quote, size, slots, vacant } from "../parts.js"
import { heading } from "./heading.js"

// The least height of a row, in hundredths of the screen, and how many a page has at most.
export const ROW = 15
const LOW_ROW = 12.5
const MOST_ROWS = 4
const VOICES = 6
const FEW = 3

export function groups(stage) {
  const pages = areasIn(stage).flatMap(area => pagesOf(stage, area))
  if (pages.length) return pages
  return [() => ({ ...heading(stage), layout: "empty", body: [empty("proj.empty_groups")] })]
}

function pagesOf(stage, area) {
  const all = groupsIn(area)
  const head = { ...headOf(stage, area), note: t("proj.themes_note") }
  const overview = stage.kind === "groups" && all.length > FEW ? slots(all, roomFor({ ...head, layout: "rows" }, ROW, MOST_ROWS)) : []
  return [
    ...overview.map(page => () => ({ ...head, layout: "rows", body: [rows(page, all)] })),
    ...slots(all, isWide() ? 3 : 2).map(page => () => ({
      ...head, lead: [], layout: "columns", body: [columns(page, all, stage)],
    })),
    ...voicesIn(stage, area),
  ]
}

function headOf(stage, area) {
  const head = heading(stage, areaOf(area))
  return area || !get("meeting").areas.length ? head : { ...head, kicker: t("proj.across") }
}

// ── rows ──────────────────────────────────────────────────────────────────────────────────────

export function rows(page, all) {
  const largest = Math.max(10, ...all.map(group => group.contributions))
  return h("ol", { class: "rows", "data-rows": page.length }, page.map(group => group
    ? row(group, size(group.contributions, group.people), bar(group.contributions, largest))
    : vacant()))
}

function row(it, figures, length, isNumbered) {
  const number = numberOf(it.area)
  const key = it.group ? `group-${it.group}` : `post-${it.contribution}`
  return h("li", { "data-key": key, "data-area": number, "data-box": "" },
    it.group ? title(it, isNumbered && number) : voice(it, isNumbered && number), figures ? h("p", { class: "size" }, figures) : null, length)
}

// One term is better than two of which the second is cut off.
function title(group, number) {
  const [first, ...others] = group.title.split(" · ")
  return h("h2", { dir: "auto", lang: group.language, "data-lines": 2 },
    inArea(number),
    divisible(first, group.language),
    others.length ? h("span", { "data-extra": "" }, divisible(`\u00a0· ${others.join("\u00a0· ")}`, group.language)) : null)
}

function voice({ text, language }, number) {
  return h("h2", { dir: "auto", lang: language, "data-lines": 2 }, inArea(number), h("q", {}, divisible(text, language)))
}

function inArea(number) {
  return number ? h("span", { class: "of-area" }, String(number), " ") : null
}

function numberOf(area) {
  const found = areaOf(area)
  return found ? found.number : 0
}

// ── columns ───────────────────────────────────────────────────────────────────────────────────

function columns(page, all, stage) {
  const largest = Math.max(10, ...all.map(group => group.contributions))
  return h("ol", { class: "columns", "data-columns": page.length }, page.map(group => group
    ? h("li", { "data-key": `group-${group.group}`, "data-area": numberOf(group.area), "data-box": "" },
      bar(group.contributions, largest),
      h("p", { class: "size" }, size(group.contributions, group.people)),
      title(group),
      stage.kind === "check" ? answers(group) : null,
      h("ul", { class: "quotes", "data-trim": "", "data-box": "" }, group.quotes.slice(0, 2).map(it => quote("li", it, 3))))
    : vacant()))
}

function answers(group) {
  return h("p", { class: "answers" },
    h("span", {}, figure("proj.fits", group.fits || 0)),
    h("span", {}, figure("proj.missing_answers", group.missing || 0)))
}

function voicesIn(stage, area) {
  const { voices = [], waiting = 0 } = get(`voices/${area || ""}`) || {}
  return chunks(voices, VOICES).map(some => () => ({
    ...headOf(stage, area),
    title: t("proj.voices"),
    lead: [],
    layout: "voices",
    body: [h("ul", { class: "voices" }, some.map(voice => quote("li", voice, 3, { "data-box": "" })))],
    note: waiting ? figure("proj.waiting", waiting) : null,
  }))
}

// ── dots ──────────────────────────────────────────────────────────────────────────────────────

export function dots(stage) {
  const all = areasIn(stage).flatMap(groupsIn)
  if (stage.dots_revealed) {
    const chosen = [...all, ...areasIn(stage).flatMap(chosenVoices)]
    if (chosen.length) return ranked(stage, chosen)
  }
  return all.length ? waiting(stage) : groups(stage)
}

// A voice that somebody has put a dot on stands beside the groups.
function chosenVoices(area) {
  const { voices = [] } = get(`voices/${area || ""}`) || {}
  return voices.filter(it => it.dots).map(it => ({ ...it, area }))
}

// Hidden until everyone has left theirs: nobody should follow the others.
function waiting(stage) {
  return areasIn(stage).flatMap(area => titlesIn({ ...headOf(stage, area), layout: "rows" }, groupsIn(area)))
}

function titlesIn(head, all) {
  return slots(all, roomFor(head, ROW, MOST_ROWS)).map(page => () => ({
    ...head,
    body: [h("ol", { class: "rows titles", "data-rows": page.length },
      page.map(group => group ? row(group, null, bar(0, 1)) : vacant()))],
    note: t("proj.dots_hidden"),
  }))
}

// Here, and only here, the order says how much.
function ranked(stage, all) {
  const inOrder = [...all].sort((a, b) => (b.dots || 0) - (a.dots || 0) || Boolean(b.group) - Boolean(a.group) || a.group - b.group || a.contribution - b.contribution)
  const largest = Math.max(1, ...all.map(group => group.dots || 0))
  const head = { ...heading(stage), layout: "rows", lead: [h("p", { class: "lead" }, t("proj.dots_note"))] }
  const most = roomFor(head, LOW_ROW, MOST_ROWS)
  return chunks(inOrder, most).map(some => () => ({
    ...head,
    lead: [h("p", { class: "lead" }, t("proj.dots_note"))],
    body: [h("ol", { class: "rows ranked", "data-rows": most }, some.map(group =>
      row(group, figure("proj.dots", group.dots || 0), bar(group.dots || 0, largest), !stage.area)))],
  }))
}
