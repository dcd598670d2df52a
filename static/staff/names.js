// What things are called on the console: areas, target groups, kinds, times.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { say, t, tag } from "../lib/words.js"

// All times are Swedish, whatever the computer that shows them is set to.
export const SWEDEN = "Europe/Stockholm"
const clock = new Intl.DateTimeFormat(tag, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: SWEDEN })
// Where the words of committees and companies are counted: no target group of the dialogue's.
export const COMMITTEES = "committees"

const DATE = { day: "numeric", month: "long", year: "numeric" }
const day = new Intl.DateTimeFormat(tag, { ...DATE, timeZone: SWEDEN })
const inSweden = new Intl.DateTimeFormat(tag, { ...DATE, hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: SWEDEN })
// As a field for date and time wants it; Swedish dates are written so in any language.
const asTyped = new Intl.DateTimeFormat("sv-SE", { dateStyle: "short", timeStyle: "short", timeZone: SWEDEN })

// A day and an hour in Swedish time.
export function moment(at) {
  return inSweden.format(new Date(at))
}

// The hour; with its day where that is not today.
export function hour(at) {
  return (date(at) === date(Date.now()) ? time : moment)(at)
}

// 2019-04-07T23:59
export function swedishInput(at) {
  return asTyped.format(new Date(at)).replace(" ", "T")
}

// Puts a `Text` into `element`, marked with the language it is in.
export function fill(element, text) {
  const { words, language } = say(text || "")
  element.textContent = words
  element.lang = language
}

export function areaName(id) {
  const area = areaOf(id)
  return area ? say(area.short || area.name).words : t("console.no_area")
}

export function areaNumber(id) {
  const area = areaOf(id)
  return area ? area.number : 0
}

// Number and name together: the colour alone never says which.
export function areaChip(id) {
  return h(
    "span",
    { class: "area-chip", "data-area": String(areaNumber(id)) },
    areaNumber(id) ? h("b", {}, String(areaNumber(id))) : null,
    areaName(id),
  )
}

export function targetGroupName(id) {
  if (id === COMMITTEES) return t("target_group.committees")
  const meeting = whole()
  const group = meeting && meeting.target_groups.find((group) => group.id === id)
  return group ? say(group.name).words : t("console.undisclosed")
}

export function areas() {
  const meeting = whole()
  return meeting ? meeting.areas : []
}

// In two parts, as on the projector: easier to read out and to type.
export function codeInParts(code) {
  return code.length > 5 ? `${code.slice(0, 3)}-${code.slice(3)}` : code
}

export function time(at) {
  return clock.format(new Date(at))
}

export function date(at) {
  return day.format(new Date(at))
}

// 0:43, 12:05, 1:02:10.
export function duration(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (n) => String(n).padStart(2, "0")
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

// A session's meeting, or the matter of a whole dialogue.
function whole() {
  return get("meeting") || get("matter")
}

function areaOf(id) {
  return areas().find((area) => area.id === id)
}
