// One contribution as those who moderate see it: the words, where they came from, and what can be
// done with them.
import { serverNow } from "../lib/connection.js"
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { drawTranslations } from "../lib/translated.js"
import { config, t, tag } from "../lib/words.js"
import { wish } from "../staff/line.js"
import { areaChip, targetGroupName, time } from "../staff/names.js"
import { button } from "../staff/press.js"
import { translating } from "../staff/translating.js"
import { inPieces, maskEditor } from "./masking.js"

const REASONS = [
  "personal-data", "health", "threat", "incitement", "insult", "copyright", "spam", "duplicate", "out-of-scope",
]
const CAN_BE_HIDDEN = ["visible", "held"]
const languages = new Intl.DisplayNames(tag, { type: "language", fallback: "code" })

// Tells this device from others, as the rules do.
export const seat = config.seat || config.role

const isRead = (slip) => Boolean(slip.taken_by) && slip.taken_until > serverNow()

// Whether somebody else is reading it just now.
export const isTaken = (slip) => isRead(slip) && slip.taken_by !== seat

// Whether it is this device's to read.
export const isMine = (slip) => isRead(slip) && slip.taken_by === seat

// What is decided one by one, and not with a whole screenful; as the rules say it.
export const closerLook = (slip) => Boolean((slip.flags || []).length || slip.asserted_by || slip.unread)

export const slipsOf = (key) => (get(key) || { slips: [] }).slips

export function languageName(code) {
  try {
    return languages.of(code)
  } catch {
    return code
  }
}

// A list item for `slip`. `acts` are buttons put before those that every slip has.
export function slipLine(slip, ...acts) {
  const line = h("li", { class: "slip", tabindex: "0", "data-answers": "", "data-contribution": String(slip.contribution) })
  const mask = button("console.mask", () => openMasking(line), "", "quiet")
  mask.setAttribute("aria-label", t("console.mask_this", { number: slip.contribution }))
  const hide = button("mod.hide", () => toggleReasons(line, false), "", "quiet")
  hide.setAttribute("aria-expanded", "false")
  hide.setAttribute("aria-label", t("console.hide_this", { number: slip.contribution }))
  mask.hidden = Boolean(slip.withheld)
  hide.hidden = !CAN_BE_HIDDEN.includes(slip.standing)
  line.append(
    words(slip),
    h("div", { class: "beside" }),
    h("p", { class: "about" }),
    h("div", { class: "notes" }),
    h("div", { class: "acts" }, acts, slip.withheld ? null : translating(() => line.slip, slip.language), withKey(mask, "m"), withKey(hide, "d")),
    reasonsFor(line, slip))
  drawSlip(line, slip)
  return line
}

function withKey(press, key) {
  press.dataset.slipKey = key
  press.append(h("kbd", { "aria-hidden": "true" }, key.toUpperCase()))
  return press
}

// An act of a slip, with the key that does it while the slip has the focus.
export function act(key, press, letter, slip, spoken, look = "quiet") {
  const made = withKey(button(key, () => press(made), "", look), letter)
  if (spoken) made.setAttribute("aria-label", t(spoken, { number: slip.contribution }))
  return made
}

// What may change while it lies there: its words, who reads it, what somebody thinks of it.
export function drawSlip(line, slip) {
  const drawn = JSON.stringify([slip, isTaken(slip)])
  if (line.drawn === drawn) return
  line.drawn = drawn
  line.slip = slip
  line.querySelector(".words").replaceChildren(...(slip.text ? inPieces(slip) : [noWords(slip)]))
  drawTranslations(line.querySelector(".beside"), slip)
  line.querySelector(".about").replaceChildren(...about(slip))
  line.querySelector(".notes").replaceChildren(...notes(slip))
  line.classList.toggle("taken", isTaken(slip))
}

export function words(slip) {
  return h("p", { class: "words", dir: "auto", lang: slip.language }, slip.text || noWords(slip))
}

const noWords = (slip) => t(slip.withheld ? "console.withheld" : "console.text_gone")

export function about(slip) {
  const flags = (slip.flags || []).map((flag) => h("strong", { class: "flag" }, t(`flag.${flag}`)))
  const parts = [
    t(`kind.${slip.kind}`),
    targetGroupName(slip.target_group),
    ["paper", "table", "committee"].includes(slip.channel) ? from(slip) : null,
    slip.language.split("-")[0] === tag ? null : languageName(slip.language),
    slip.late ? t("console.late") : null,
    slip.same_phone ? t("console.same_phone", { n: slip.same_phone }) : null,
    t("console.number", { number: slip.contribution }),
  ]
  return [
    flags.length ? h("span", { class: "flags" }, flags) : "",
    areaChip(slip.area),
    h("span", {}, parts.filter(Boolean).join(" · ")),
    " ", // else the number and the time are heard as one
    h("time", { class: "numerals" }, time(slip.at))]
}

function from(slip) {
  const channel = t(`channel.${slip.channel}`)
  return slip.people > 1 ? `${channel}, ${t("count.people", { n: slip.people })}` : channel
}

function notes(slip) {
  const lines = []
  const note = (words, look, ...more) => lines.push(h("p", { class: look }, words, ...more))
  if (slip.asserted_by) note(t(slip.asserted_by === seat ? "console.insult_mine" : "console.insult_theirs"), "second")
  if (isTaken(slip)) note(t("console.taken"), "reading")
  if (slip.unread) note(t("console.unread_slip", { language: languageName(slip.language) }), "unread")
  if (slip.held_back) {
    const trust = button("console.trust", () => wish({ type: "trust-author", contribution: slip.contribution }, trust), "", "quiet")
    note(t("console.held_back"), "back", " ", trust)
  }
  return lines
}

// ── why it is hidden ──────────────────────────────────────────────────────────────────────────

function reasonsFor(line, slip) {
  const choices = REASONS.map((reason, at) => {
    const press = button(`reason.${reason}`, () => hideFor(line, reason, press), "", "quiet")
    press.prepend(h("kbd", { "aria-hidden": "true" }, String(at + 1)))
    return press
  })
  const all = h("input", { type: "checkbox" })
  all.addEventListener("change", () => askWhy(line))
  const fromPhone = slip.channel === "paper" || slip.slip ? null : h("label", { class: "check all" },
    all, h("span", {}), h("kbd", { "aria-hidden": "true" }, "A"))
  return h("div", { class: "reasons", hidden: true, role: "group", "aria-label": t("mod.reason") },
    h("p", { class: "why-hide" }), choices, fromPhone)
}

function hideFor(line, reason, press) {
  const all = line.querySelector(".all input")
  const type = all && all.checked ? "hide-author" : "hide-contribution"
  wish({ type, contribution: line.slip.contribution, reason }, press)
}

function askWhy(line) {
  const all = line.querySelector(".all")
  const whole = all && all.querySelector("input").checked
  line.querySelector(".why-hide").textContent = t(whole ? "console.why_hide_all" : "console.why_hide")
  if (all) all.querySelector("span").textContent = t("console.hide_all", { n: line.slip.same_phone || 0 })
}

function toggleReasons(line, whole) {
  const reasons = line.querySelector(".reasons")
  const hide = line.querySelector("[aria-expanded]")
  const all = line.querySelector(".all input")
  if (hide.hidden) return
  const open = reasons.hidden || Boolean(all && all.checked) !== whole
  if (all) all.checked = whole
  askWhy(line)
  reasons.hidden = !open
  hide.setAttribute("aria-expanded", String(open))
  if (open) reasons.querySelector("button").focus()
  else line.focus()
}

// ── masking ───────────────────────────────────────────────────────────────────────────────────

function openMasking(line) {
  if (line.querySelector(".masking")) return
  const { slip } = line
  const words = line.querySelector(".words")
  const close = () => {
    editor.remove()
    line.classList.remove("choosing-words")
    line.focus()
  }
  const editor = maskEditor(slip, close, async (spans, save) => {
    if (await wish({ type: "mask-contribution", contribution: slip.contribution, spans }, save)) close()
  })
  line.classList.add("choosing-words")
  words.after(editor)
  editor.querySelector(".word")?.focus()
}

// ── keys ──────────────────────────────────────────────────────────────────────────────────────

const STEPS = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }

// Keys that work while a slip has the focus: arrows, 1–9 for the reason, A for all from the phone,
// and the letters of its acts.
export function slipKeys(event) {
  const line = event.target.closest(".slip")
  if (!line || event.target.closest(".masking, input:not([type=checkbox])")) return
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (event.repeat && !STEPS[event.key]) return // a key that is held down decides nothing twice
  if (!pressedOn(line, event.key)) return
  event.preventDefault()
  event.stopPropagation()
}

// Whether that key does anything with the slip.
export function pressedOn(line, pressed) {
  const reasons = line.querySelector(".reasons")
  const key = pressed.length === 1 ? pressed.toLowerCase() : pressed
  if (STEPS[key]) (line[STEPS[key]] || line).focus()
  else if (key === "Escape" && !reasons.hidden) toggleReasons(line, Boolean(line.querySelector(".all input:checked")))
  else if (!reasons.hidden && /^[1-9]$/.test(key)) reasons.querySelectorAll("button")[key - 1].click()
  else if (key === "a" && line.querySelector(".all")) toggleReasons(line, true)
  else return click(line.querySelector(`[data-slip-key="${CSS.escape(key)}"]`))
  return true
}

function click(press) {
  if (!press || press.hidden) return false
  press.click()
  return true
}

// Runs `change`; if the slip that had the focus is then gone, the one in its place takes it.
export function keepingFocus(list, change) {
  const held = document.activeElement && document.activeElement.closest(".slip")
  const at = held && held.parentElement === list ? [...list.children].indexOf(held) : -1
  change()
  if (at < 0 || held.isConnected) return
  const next = list.children[at] || list.lastElementChild || list.closest("[data-focus]") || list.parentElement.querySelector("[data-focus]")
  if (next) next.focus()
}

