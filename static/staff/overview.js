// <staff-overview>: every dialogue, what is going on in it now, and what can be opened.
import { field } from "./field.js"
import { askAtTheGate } from "./gate.js"
import { keep } from "./keyed.js"
import { h } from "../lib/element.js"
import { codeInParts, hour } from "./names.js"
import { at, config, say, t } from "../lib/words.js"
import { ask, post, refusal } from "./post.js"

const EVERY = 5000
const PACES = [["1", "staff.pace_evening"], ["0.25", "staff.pace_brisk"], ["0", "staff.pace_rush"]]
const inHall = ["facilitator", "presidium"].includes(config.role) // who runs meetings or looks into them
const atSessions = ["moderator", "scribe"].includes(config.role) // who works on what goes on, and on nothing else
const listeners = new Set()

// `fn` is called with the overview, now and whenever it has been fetched anew.
export function heard(fn) {
  listeners.add(fn)
  fn(config.overview)
}

export async function refresh() {
  const answer = await ask(at("/api/staff/overview"))
  document.querySelector(".stale").hidden = answer.ok
  if (answer.status === 403) location.reload()
  if (answer.ok) for (const fn of listeners) fn(answer.body)
}

class StaffOverview extends HTMLElement {
  connectedCallback() {
    this.mistakes = h("section", { class: "mistakes" })
    this.rehearsals = part("rehearsals", "staff.rehearsals")
    this.dialogues = h("div", { class: "dialogues" })
    this.lacking = h("details", { class: "lacking" })
    this.append(this.mistakes, this.rehearsals, this.dialogues, this.lacking)
    heard((overview) => this.draw(overview))
    this.timer = setInterval(() => document.visibilityState === "visible" && refresh(), EVERY)
  }

  disconnectedCallback() {
    clearInterval(this.timer)
  }

  draw(overview) {
    this.drawMistakes(overview.mistakes || [])
    this.drawLacking(overview.to_fill_in)
    fillList(this.rehearsals, overview.rehearsals || [], (one) => one.session, goingOn, drawGoingOn)
    const shown = overview.dialogues.filter((dialogue) => !atSessions || dialogue.live.length)
    const goesOn = atSessions
      ? shown.some(({ live }) => live.some((one) => !one.ended)) || (overview.rehearsals || []).length
      : shown.length
    keep(this.dialogues, [...(goesOn ? [] : [{ id: "none" }]), ...shown], (dialogue) => dialogue.id,
      (dialogue) => (dialogue.id === "none" ? h("p", { class: "note" }, t(atSessions ? "staff.no_live" : "staff.no_dialogues")) : frame(dialogue)),
      (place, dialogue) => dialogue.id === "none" || drawDialogue(place, dialogue))
  }

  drawMistakes(mistakes) {
    const drawn = mistakes.join("\n")
    if (drawn === this.drawn) return
    this.drawn = drawn
    this.mistakes.hidden = !mistakes.length
    this.mistakes.replaceChildren(
      h("h2", {}, t("staff.mistakes")),
      h("p", { class: "note" }, t("staff.mistakes_help")),
      h("ul", {}, mistakes.map((mistake) => h("li", {}, mistake))))
  }

  drawLacking(about) {
    const lines = lacking(about)
    const drawn = lines.join("\n")
    if (drawn === this.lacked) return
    this.lacked = drawn
    this.lacking.hidden = !lines.length
    this.lacking.replaceChildren(
      h("summary", {}, t("staff.to_fill_in", { n: lines.length })),
      h("p", { class: "note" }, t("staff.to_fill_in_help")),
      h("ul", {}, lines.map((line) => h("li", {}, line))))
  }
}

// What the municipality has not said about itself, for the pages that everybody may read.
function lacking({ name, unfilled, others }) {
  return [
    ...(name ? others.map((other) => t("staff.other_municipality", { name: other })) : [t("staff.no_municipality")]),
    ...unfilled.map((key) => t(`staff.unfilled.${key}`)),
  ]
}

function frame(dialogue) {
  const about = [dialogue.record_number, dialogue.municipality].filter(Boolean).join(" · ")
  return h("section", { class: "dialogue" },
    h("h2", {}, say(dialogue.title).words),
    h("p", { class: "note" }, about),
    h("p", { class: "work" }),
    part("live", "staff.live"),
    part("sessions", "staff.sessions"),
    h("details", { class: "past" }, h("summary", {}), h("ul", {})))
}

function part(name, key) {
  return h("section", { class: name }, h("h3", {}, t(key)), h("ul", {}))
}

function drawDialogue(place, dialogue) {
  const live = dialogue.live.filter((one) => !one.ended)
  const past = dialogue.live.filter((one) => one.ended)
  drawWork(place.querySelector(".work"), dialogue)
  fillList(place.querySelector(".live"), live, (one) => one.session, goingOn, drawGoingOn)
  fillList(place.querySelector(".past"), past, (one) => one.session, goingOn, drawGoingOn)
  place.querySelector(".past summary").textContent = t("staff.ended", { n: past.length })
  fillList(place.querySelector(".sessions"), atSessions ? [] : dialogue.sessions, (one) => one.id,
    (one) => written(dialogue, one), (line, one) => drawWritten(line, one))
}

// What has been opened has a workboard, also long after the last session.
function drawWork(place, { id, opened }) {
  place.hidden = !opened
  if (opened && !place.firstChild) place.append(h("a", { class: "button", href: at(`/work/${id}`) }, t("staff.to_work")))
}

function fillList(part, items, keyOf, make, update) {
  part.hidden = !items.length
  keep(part.querySelector("ul"), items, keyOf, make, update)
}

// ── a session that is going on ────────────────────────────────────────────────────────────────

function goingOn(one) {
  const discard = h("button", { type: "button", class: "quiet", onclick: () => act(discard, at("/api/staff/discard"), { session: one.session }, refresh) }, t("staff.discard"))
  return h("li", { class: one.rehearsal ? "going rehearsal" : "going" },
    h("p", { class: "name" }, one.rehearsal ? h("strong", {}, t("console.rehearsal")) : null,
      config.home_page ? h("a", { href: at(`/${config.home_page}/${one.session}`) }, say(one.title).words) : say(one.title).words, h("span", { class: "room" })),
    h("p", { class: "code" }),
    h("p", { class: "step" }),
    h("p", { class: "numbers numerals" }),
    h("p", { class: "note progress" }),
    h("p", { class: "acts" },
      config.home_page ? h("a", { class: one.ended ? "button quiet" : "button primary", href: at(`/${config.home_page}/${one.session}`) }, t(`staff.to_${config.home_page}`)) : null,
      inHall ? h("a", { class: "button quiet", href: at(`/board/${one.session}`) }, t("staff.to_groups")) : null,
      one.rehearsal && !atSessions ? h("a", { class: "button quiet", href: at(`/work/${one.dialogue}`) }, t("staff.to_work")) : null,
      one.rehearsal && config.role === "facilitator" ? discard : null))
}

function drawGoingOn(line, one) {
  const set = (name, words) => {
    const place = line.querySelector(name)
    if (place.textContent !== words) place.textContent = words
  }
  set(".room", one.room ? ` ${one.room}` : "")
  set(".code", one.ended ? "" : codeInParts(one.code))
  set(".step", one.ended ? "" : one.step ? say(one.step).words : t("staff.lobby"))
  const numbers = [t("count.people", { n: one.people }), t("count.contributions", { n: one.contributions })]
  if (one.held) numbers.push(t("staff.waiting", { n: one.held }))
  numbers.push(t("staff.since", { time: hour(one.opened_at) }))
  set(".numbers", numbers.join(" · "))
  set(".progress", howFar(one.progress))
  line.querySelector(".numbers").classList.toggle("held", one.held > 0)
}

// Of a simulated hall.
function howFar(hall) {
  if (!hall) return ""
  if (hall.failed) return t("staff.hall_failed")
  return [t("staff.hall_connected", { n: hall.connected }), t("staff.hall_sent", { n: hall.sent })].join(", ")
}

// ── a session that is written and can be opened ───────────────────────────────────────────────

function written(dialogue, one) {
  const mine = { dialogue: dialogue.id, session: one.id }
  const title = say(one.title).words
  const leads = config.role === "facilitator"
  return h("li", { class: "written" },
    h("div", { class: "about" },
      h("p", { class: "name" }, title),
      h("p", { class: "note" }, [one.date, t(`session_type.${one.type}`)].filter(Boolean).join(" · "), h("span", { class: "missing" }))),
    leads ? opening(mine, title, one.asks) : null,
    leads ? rehearsing(mine, title) : null)
}

function drawWritten(line, one) {
  line.querySelector(".missing").textContent = one.untranslated ? ` · ${t("staff.untranslated", { n: one.untranslated })}` : ""
}

function opening(mine, title, asks) {
  const room = h("input", {
    type: "text", maxlength: "40", autocomplete: "off", placeholder: t("staff.room_optional"), "aria-label": t("staff.room_optional"),
  })
  const press = h("button", { type: "submit", "aria-label": t("staff.open_session", { session: title }) }, t("staff.open"))
  const open = (gate) => act(press, at("/api/staff/open"), { ...mine, room: room.value.trim(), gate }, toConsole)
  return form("opening", press, () => (asks ? askAtTheGate(title, open) : open(null)), room, press)
}

function rehearsing(mine, title) {
  const participants = h("input", { type: "number", min: "1", max: "300", value: "30" })
  const pace = h("select", {}, PACES.map(([value, key]) => h("option", { value }, t(key))))
  const press = h("button", { type: "submit" }, t("staff.start_rehearsal"))
  return h("details", {},
    h("summary", { "aria-label": t("staff.rehearse_session", { session: title }) }, t("staff.rehearse")),
    h("p", { class: "note" }, t("staff.rehearse_help")),
    form("rehearsing", press, () =>
      act(press, at("/api/staff/rehearse"), { ...mine, participants: Number(participants.value), pace: Number(pace.value) }, toConsole),
    field(t("staff.participants"), participants),
    field(t("staff.pace"), pace),
    press))
}

function form(look, press, send, ...content) {
  const made = h("form", { class: look }, content)
  made.addEventListener("submit", (event) => {
    event.preventDefault()
    send()
  })
  return made
}

function toConsole({ session }) {
  location.assign(at(`/console/${session}`))
}

// Asks once; what is refused is said beside what was pressed.
export async function act(press, url, body, then) {
  if (press.getAttribute("aria-busy") === "true") return
  press.setAttribute("aria-busy", "true")
  const answer = await post(url, body)
  press.removeAttribute("aria-busy")
  const place = press.closest("li, form")
  let line = place.querySelector(":scope > .answer")
  if (!line) place.append((line = h("p", { class: "answer", role: "alert" })))
  line.textContent = answer.ok ? "" : refusal(answer)
  if (answer.ok) then(answer.body)
}

customElements.define("staff-overview", StaffOverview)
const out = document.querySelector(".log-out")
out.addEventListener("click", async () => {
  const { body } = await post(at("/api/staff/logout"), {})
  if (body.to) location.assign(body.to) // the provider's own way out
  else location.reload()
})
out.disabled = false // until here a press would have done nothing
