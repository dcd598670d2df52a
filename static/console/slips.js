// One contribution as staff see it: the words, where they came from, and what can be done with them.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { translated, translations } from "../lib/translated.js"
import { t } from "../lib/words.js"
import { wish } from "../staff/line.js"
import { areaChip, targetGroupName, time } from "../staff/names.js"
import { button } from "../staff/press.js"
import { translating } from "../staff/translating.js"

const REASONS = [
  "personal-data", "health", "threat", "incitement", "insult", "copyright", "spam", "duplicate", "out-of-scope",
]

// A list item for `slip`. `acts` are buttons put before the one that hides.
export function slipLine(slip, ...acts) {
  const reasons = hideReasons(slip)
  const hide = button("mod.hide", () => toggle(reasons, hide), "", "quiet")
  hide.setAttribute("aria-expanded", "false")
  hide.setAttribute("aria-label", t("console.hide_this", { number: slip.contribution }))
  return h("li", { class: "slip", tabindex: "0", "data-answers": "", "data-contribution": String(slip.contribution) },
    words(slip),
    beside(slip),
    about(slip),
    h("div", { class: "acts" }, acts, translating(() => slip, slip.language), slip.standing === "visible" || slip.standing === "held" ? hide : null),
    reasons)
}

export function words(slip) {
  return h("p", { class: "words", dir: "auto", lang: slip.language }, slip.text || t("console.text_gone"))
}

export function beside(slip) {
  return h("div", { class: "beside" }, translations(slip).map((one) => translated(one)))
}

export function about(slip) {
  const flags = (slip.flags || []).map((flag) => h("strong", { class: "flag" }, t(`flag.${flag}`)))
  const parts = [
    t(`kind.${slip.kind}`),
    targetGroupName(slip.target_group),
    slip.channel === "paper" || slip.channel === "table" ? from(slip) : null,
    slip.late ? t("console.late") : null,
    t("console.number", { number: slip.contribution }),
  ]
  return h("p", { class: "about" },
    flags.length ? h("span", { class: "flags" }, flags) : null,
    areaChip(slip.area),
    h("span", {}, parts.filter(Boolean).join(" · ")),
    h("time", { class: "numerals" }, time(slip.at)))
}

function from(slip) {
  const channel = t(`channel.${slip.channel}`)
  const numbered = slip.slip ? `${channel} ${slip.slip}` : channel
  return slip.people > 1 ? `${numbered}, ${t("count.people", { n: slip.people })}` : numbered
}

function hideReasons(slip) {
  const choices = REASONS.map((reason, at) => {
    const press = button(`reason.${reason}`, () =>
      wish({ type: "hide-contribution", contribution: slip.contribution, reason }, press), "", "quiet")
    press.prepend(h("kbd", { "aria-hidden": "true" }, String(at + 1)))
    return press
  })
  return h("div", { class: "reasons", hidden: true, role: "group", "aria-label": t("mod.reason") },
    h("p", {}, t("console.why_hide")), choices)
}

function toggle(reasons, hide) {
  reasons.hidden = !reasons.hidden
  hide.setAttribute("aria-expanded", String(!reasons.hidden))
  if (!reasons.hidden) reasons.querySelector("button").focus()
  else hide.focus()
}

// Keys that work while a slip has the focus: arrows, V to show, D to hide, 1–9 for the reason.
export function slipKeys(event) {
  const line = event.target.closest(".slip")
  if (!line || event.ctrlKey || event.metaKey || event.altKey) return
  const reasons = line.querySelector(".reasons")
  const steps = { ArrowDown: "nextElementSibling", ArrowUp: "previousElementSibling" }
  const acts = { v: ".show", d: "[aria-expanded]" }
  let done = true
  if (steps[event.key]) (line[steps[event.key]] || line).focus()
  else if (event.key === "Escape" && !reasons.hidden) line.querySelector("[aria-expanded]").click()
  else if (!reasons.hidden && /^[1-9]$/.test(event.key)) reasons.querySelectorAll("button")[event.key - 1].click()
  else if (line.querySelector(acts[event.key])) line.querySelector(acts[event.key]).click()
  else done = false
  if (done) {
    event.preventDefault()
    event.stopPropagation()
  }
}

// Runs `change`; if the slip that had the focus is then gone, the one in its place takes it.
export function keepingFocus(list, change) {
  const held = document.activeElement && document.activeElement.closest(".slip")
  const at = held && held.parentElement === list ? [...list.children].indexOf(held) : -1
  change()
  if (at < 0 || held.isConnected) return
  const next = list.children[at] || list.lastElementChild || list.closest("[data-focus]")
  if (next) next.focus()
}

export const slipsOf = (key) => (get(key) || { slips: [] }).slips
