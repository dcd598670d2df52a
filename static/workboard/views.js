// What the views about the result share: parts that are drawn anew without losing the reader's
// place, choices, names of global goals and contributions in their own words.
import { h } from "../lib/element.js"
import { get, keys, position, records } from "../lib/records.js"
import { translated, translations } from "../lib/translated.js"
import { at, config, say, t, tag } from "../lib/words.js"
import { redraw } from "../staff/desk.js"
import { asks } from "../staff/line.js"
import { SWEDEN, targetGroupName } from "../staff/names.js"

const day = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeZone: SWEDEN })
const moment = new Intl.DateTimeFormat(tag, { dateStyle: "medium", timeStyle: "short", timeZone: SWEDEN })
const list = new Intl.ListFormat(tag, { type: "conjunction" })
const goalNames = new Map((config.goals || []).map(({ number, name }) => [number, say(name).words]))

export const GLOBAL_GOALS = [...goalNames.keys()]
export const dateOf = (at) => day.format(new Date(at))
export const momentOf = (at) => moment.format(new Date(at))
export const inWords = (items) => list.format(items)

// ── who may ───────────────────────────────────────────────────────────────────────────────────

export const leads = ["facilitator", "presidium"].includes(config.role)
export const drafts = leads || config.role === "working-committee"
export const keepsRecords = leads || config.role === "registrar"
export const handsOut = ["facilitator", "registrar"].includes(config.role) // also what is hidden

// ── drawing ───────────────────────────────────────────────────────────────────────────────────

// A button that is replaced between press and click is never clicked: its part waits. On a
// touch screen the click comes some time after the finger has left.
const CLICKED_WITHIN = 100
let pressed = null
addEventListener("pointerdown", ({ target }) => (pressed = target), true)
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(release, CLICKED_WITHIN), true)
addEventListener("click", () => setTimeout(release), true)

// What was asked for in a part and the records do not have yet is not drawn over when other records
// come, only when somebody here chooses to see something else; whether they have it is looked at again.
const LOOK_AGAIN = 100
let looking = 0

function later() {
  looking ||= setTimeout(() => {
    looking = 0
    redraw()
  }, LOOK_AGAIN)
}

function release() {
  if (!pressed) return
  pressed = null
  redraw()
}

// Fills `place` with what `build` makes of `data`, unless it already shows that. What had the focus
// (by its data-here) has it again, or what now stands in its place; what was unfolded stays so.
export function part(place, data, build) {
  const now = JSON.stringify(data)
  const { seq } = position()
  if (place.drawn === now) place.seq = seq
  if (place.drawn === now || place.contains(pressed)) return
  if (place.seq !== seq && asks(place)) return later()
  place.drawn = now
  place.seq = seq
  const held = place.contains(document.activeElement) ? document.activeElement : null
  const at = held && held.dataset.here
  const rank = at ? [...place.querySelectorAll("[data-here]")].indexOf(held) : -1
  const span = held && "selectionStart" in held ? [held.selectionStart, held.selectionEnd] : null
  const open = new Set([...place.querySelectorAll("details[open][data-here]")].map((one) => one.dataset.here))
  const scrolled = [...place.querySelectorAll("[data-scrolls]")].map((one) => [one.scrollLeft, one.scrollTop])
  place.replaceChildren(...[build(data)].flat(9).filter(Boolean))
  for (const one of place.querySelectorAll("details[data-here]")) if (open.has(one.dataset.here)) one.open = true
  place.querySelectorAll("[data-scrolls]").forEach((one, n) => scrolled[n] && one.scrollTo(...scrolled[n]))
  if (at) again(place, at, span, rank)
}

function again(place, at, span, rank) {
  const found = place.querySelector(`[data-here="${CSS.escape(at)}"]`)
  if (!found) return [...place.querySelectorAll("[data-here]")].slice(0, rank + 1).pop()?.focus({ preventScroll: true })
  found.focus({ preventScroll: true })
  if (span && span[0] !== null && "setSelectionRange" in found) found.setSelectionRange(...span)
}

// A row of choices of which one holds. `chosen` is called with the value.
export function choice(name, label, options, value, chosen) {
  return h("fieldset", { class: "choice" }, h("legend", {}, label),
    h("div", { class: "options" }, options.map(([one, words]) => {
      const input = h("input", {
        type: "radio", name, value: one, checked: one === value, "data-here": `${name}/${one}`,
        onchange: () => chosen(one),
      })
      return h("label", {}, input, h("span", {}, words))
    })))
}

export function tick(name, words, on, changed) {
  const input = h("input", { type: "checkbox", checked: on, "data-here": name, onchange: () => changed(input.checked) })
  return h("label", { class: "check" }, input, h("span", {}, words))
}

// `chosen` may answer with a wish: where that is refused, what held is shown again.
export function select(label, options, value, chosen, props = {}) {
  const made = h("select", { "aria-label": label, ...props },
    options.map(([one, words]) => h("option", { value: one, selected: String(one) === String(value) }, words)))
  made.addEventListener("change", async () => {
    if ((await chosen(made.value, made)) === null) made.value = value ?? "" // refused
  })
  return made
}

export function labelled(words, control, look = "") {
  control.id ||= `view-${++made}`
  control.removeAttribute("aria-label")
  return h("div", { class: `field ${look}` }, h("label", { for: control.id }, words), control)
}

let made = 0

export function press(words, act, look = "quiet", props = {}) {
  return h("button", { type: "button", class: look || null, ...props, onclick: (event) => act(event.currentTarget) }, words)
}

export function fold(here, summary, ...content) {
  return h("details", { "data-here": here }, h("summary", {}, summary), content)
}

export const addressOf = (path, query = {}) => at(`/api/dialogue/${encodeURIComponent(config.dialogue)}/${path}?${new URLSearchParams(query)}`)

// ── names ─────────────────────────────────────────────────────────────────────────────────────

export const goalName = (number) => `${number} ${goalNames.get(number) || ""}`.trim()

// Number and name beside a bar in the goal's colour, which says nothing of its own.
export function goalMark(number, look = "") {
  return h("span", { class: `global-goal ${look}`, "data-goal": String(number) },
    h("b", { class: "numerals" }, String(number)), " ", goalNames.get(number) || "")
}

export const matter = () => get("matter")
// Records leave out what is as it is by default; these fill it in.
const DEFAULTS = {
  theme: { by_target_group: {}, typical: [], carried: "", linked: [], hints: [], anchors: [] },
  goal: {
    movement_from: "", movement_to: "", resources: "", maintenance: "", effect: "", horizon: "", themes: [], contributions: [],
    linked: [], anchors: [], target_groups: [], frames: [], directives: [], committee_goals: [], missing: [],
  },
}

export const all = (kind) => keys(`${kind}/`).map((key) => ({ ...DEFAULTS[kind], ...get(key) }))


export function contributions() {
  return [...records].filter(([key]) => key.startsWith("contribution/")).map(([, it]) => it)
}

export function bodyName(id) {
  const body = (matter() ? matter().bodies : []).find((one) => one.id === id)
  return body ? body.name : id
}

export function sessionName(id) {
  const session = matter() && matter().sessions.find((one) => one.session === id)
  if (!session) return id
  return [say(session.title).words, session.room, session.date].filter(Boolean).join(", ")
}

export function themeName(number) {
  const theme = get(`theme/${number}`)
  return theme ? theme.title : t("matrix.theme_gone", { number })
}

// "4 personer · 6 bidrag". What was written on paper or at a table has no people of its own.
export function counts(people, posts) {
  return [people ? t("matrix.people", { n: people }) : null, posts === null ? null : t("count.contributions", { n: posts })]
    .filter(Boolean).join(" · ")
}

// A contribution in its own words: {contribution, text, language, kind, target_group}.
export function voice(it, ...more) {
  const about = [it.kind === "keyword" ? null : t(`kind.${it.kind}`), it.target_group ? targetGroupName(it.target_group) : null,
    t("console.number", { number: it.contribution })].filter(Boolean).join(" · ")
  return h("li", { class: "voice", "data-answers": "" },
    h("blockquote", { dir: "auto", lang: it.language }, it.text || t("console.text_gone")),
    translations(it).map((one) => translated(one)),
    h("p", { class: "note" }, about), more)
}
