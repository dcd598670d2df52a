// The moderators' page: one slip after the other, each with one key.
import { get, watch } from "../lib/records.js"
import { say, t } from "../lib/words.js"
import { heard, now, start, watchLine } from "../staff/line.js"
import { lastChange } from "../staff/changes.js"
import * as shortcuts from "../console/shortcuts.js"
import { pressedOn } from "../console/slips.js"
import "../console/holding.js"
import "../console/settled.js"
import "./duty.js"
import "./reading.js"
import "./state.js"
import "../staff/switches.js"

const KEYS = [
  ["R", "moderator.key_release"], ["Q", "moderator.key_first"], ["K", "console.key_blank"],
  ["J", "console.key_joining"], ["C", "console.key_code"], ["S", "console.key_slow"], ["U", "console.key_undo"],
]
const body = document.body
const reading = document.querySelector("moderator-reading")
const tabs = [...document.querySelectorAll(".tabs button")]

function bar() {
  const meeting = get("meeting")
  const stage = get("stage")
  const queue = get("queue")
  if (!meeting || !stage || !queue) return
  const title = say(meeting.title).words
  document.querySelector(".bar .meeting").textContent = meeting.room ? `${title} · ${meeting.room}` : title
  document.querySelector(".bar .connected").textContent = t("console.phones", { n: now.connected })
  document.querySelector(".bar .step").textContent = stage.ended ? t("console.ended") : stage.step ? say(stage.title).words : t("console.lobby")
  document.querySelector(".tabs .badge").textContent = queue.held ? String(queue.held) : ""
  document.title = `${queue.held ? `(${queue.held}) ` : ""}${t("moderator.title")} – ${title}`
}

// On a phone one part at a time; on a laptop all of them, and the choice means nothing.
function choose(panel) {
  body.dataset.panel = panel
  for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.panel === panel))
  scrollTo(0, 0)
}

function toFirst() {
  choose("read")
  reading.toFirst()
}

// The keys of a slip mean the topmost one while none has the focus.
function keyOfASlip(event) {
  if (!shortcuts.isShortcut(event) || event.target.closest(".slip, button, a, summary, dialog, input")) return
  const line = reading.first()
  if (!line || body.dataset.panel !== "read" || !/^[vmdan]$/i.test(event.key)) return
  line.focus()
  if (pressedOn(line, event.key)) event.preventDefault()
}

for (const tab of tabs) tab.addEventListener("click", () => choose(tab.dataset.panel))
document.querySelector(".to-first").addEventListener("click", toFirst)
document.addEventListener("keydown", keyOfASlip)
document.querySelector("#keys").append(shortcuts.shortcutPanel(KEYS, "moderator.keys"))
document.querySelector(".last-change").append(lastChange("u"))

watch("", bar)
heard(bar)
watchLine(document.querySelector(".line"))
choose("read")
shortcuts.start()
start("console")
