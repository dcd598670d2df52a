// The facilitator's console: puts the panels together and opens the line.
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { at, config, say, t } from "../lib/words.js"
import { post, refusal } from "../staff/post.js"
import { answer, heard, now, start, watchLine } from "../staff/line.js"
import { codeInParts } from "../staff/names.js"
import { button } from "../staff/press.js"
import * as shortcuts from "./shortcuts.js"
import "../staff/changes.js"
import "./checklist.js"
import "./meeting.js"
import "./now.js"
import "./paper.js"
import "./people.js"
import "./queue.js"
import "./screen.js"
import "./steps.js"

const KEYS = [
  ["N", "console.key_next"], ["B", "console.key_back"], ["M", "console.timer_more"], ["P", "console.key_posting"],
  ["K", "console.key_blank"], [t("console.space"), "console.key_pause"], ["R", "console.key_release"],
  ["J", "console.key_joining"], ["C", "console.key_code"], ["S", "console.key_slow"],
  ["U", "console.key_undo"], ["Q", "console.key_queue"], ["?", "console.key_help"],
]
const body = document.body
const checklist = document.querySelector("console-checklist")
const panels = document.querySelector(".panels")
const tabs = [...document.querySelectorAll(".tabs button")]

function bar() {
  const meeting = get("meeting")
  const stage = get("stage")
  if (!meeting || !stage) return
  const title = say(meeting.title).words
  document.querySelector(".bar .meeting").textContent = meeting.room ? `${title} · ${meeting.room}` : title
  document.querySelector(".bar .code").textContent = codeInParts(meeting.code)
  document.querySelector(".bar .join").hidden = !meeting.code || Boolean(stage.ended)
  document.querySelector(".bar .connected").textContent = t("console.phones", { n: now.connected })
  document.title = `${stage.step ? say(stage.title).words : t("console.lobby")} – ${t("console.title")}`
  body.dataset.state = stage.ended ? "ended" : stage.blank ? "blank" : stage.paused ? "paused" : "live"
  rehearsal(meeting)
  document.querySelector(".guest").hidden = config.role !== "presidium"
  badge()
}

function badge() {
  const queue = get("queue")
  const held = (queue && queue.held) || 0
  document.querySelector(".tabs .badge").textContent = held ? String(held) : ""
}

function rehearsal(meeting) {
  const place = document.querySelector(".rehearsal")
  if (!meeting.rehearsal) return
  const counts = get("counts")
  if (!place.firstChild) {
    const discard = button("console.discard", async () => {
      const gone = await post(at("/api/staff/discard"), { session: config.session })
      if (gone.ok) location.assign(at("/staff"))
      else answer(discard, refusal(gone))
    }, "", "quiet")
    place.append(h("strong", {}, t("console.rehearsal")), h("span", {}), discard)
    place.hidden = false
  }
  place.children[1].textContent = counts
    ? t("console.rehearsal_so_far", { n: counts.contributions, people: t("count.people", { n: counts.people }) })
    : ""
}

// On a phone one panel at a time; on a laptop all of them, and the choice means nothing.
function choose(panel) {
  body.dataset.panel = panel
  for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.panel === panel))
  scrollTo(0, 0)
}

function show(open) {
  checklist.hidden = !open
  panels.hidden = open
  document.querySelector(".tabs").hidden = open
  document.querySelector(".open-checklist").setAttribute("aria-pressed", String(open))
  if (open) checklist.querySelector("h2").focus()
}

function help() {
  const details = document.querySelector("#keys")
  details.open = true
  choose("more")
  details.querySelector("summary").focus()
  details.scrollIntoView({ block: "nearest" })
}

function toQueue() {
  choose("queue")
  const first = document.querySelector("console-queue .held .slip") || document.querySelector("console-queue [data-focus]")
  first.focus()
}

for (const tab of tabs) tab.addEventListener("click", () => choose(tab.dataset.panel))
document.querySelector(".open-checklist").addEventListener("click", () => show(checklist.hidden))
document.querySelector(".help").addEventListener("click", help)
document.querySelector(".to-queue").addEventListener("click", toQueue)
checklist.addEventListener("leave", () => {
  show(false)
  document.querySelector("console-now h2").focus()
})
document.querySelector("#keys").append(shortcuts.shortcutPanel(KEYS, "console.slip_keys"))
const drawers = [...document.querySelectorAll(".more details")].filter((one) => one.parentElement.matches(".more"))
for (const drawer of drawers) {
  drawer.addEventListener("toggle", () => {
    if (drawer.open) for (const other of drawers) other.open = other === drawer
  })
}

let opened = false
watch("", () => {
  bar()
  if (opened || !get("stage")) return
  opened = true
  show(config.role !== "presidium" && checklist.shouldOpen())
})
watchLine(document.querySelector(".line"))
heard(bar)
choose("now")
body.dataset.role = config.role
if (config.role !== "presidium") shortcuts.start()
start(config.role === "presidium" ? "presidium" : "console")
