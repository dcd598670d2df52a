// One contribution on the board: picked out with a tick, moved with a key, explained on request.
import { h } from "../lib/element.js"
import { drawTranslations } from "../lib/translated.js"
import { t } from "../lib/words.js"
import { desk, pick } from "../staff/desk.js"
import { targetGroupName } from "../staff/names.js"
import { button } from "../staff/press.js"
import { doubtful } from "../staff/sure.js"
import { translating } from "../staff/translating.js"
import { why } from "./why.js"

export function makeSlip({ contribution, language }) {
  const id = `pick-${contribution}`
  const tick = h("input", { type: "checkbox", id, tabindex: "-1", "aria-keyshortcuts": "M H V" })
  tick.addEventListener("change", () => pick(contribution, tick.checked))
  const ask = button("board.why", () => explain(line), "", "quiet why")
  ask.setAttribute("aria-expanded", "false")
  ask.setAttribute("aria-label", t("board.why_number", { number: contribution }))
  ask.tabIndex = -1
  const line = h("li", { class: "slip", "data-answers": "", "data-contribution": String(contribution) },
    tick,
    h("label", { class: "words", for: id, dir: "auto", lang: language }),
    h("div", { class: "beside" }),
    h("p", { class: "about" }, h("strong", {}), h("span", {}), " ", ask, translating(() => line.record, language)),
    h("div", { class: "reason", role: "status", hidden: true }))
  return line
}

// Most are keywords; what is not says so.
function origin({ kind, target_group, contribution }) {
  const number = t("console.number", { number: contribution }).replace(" ", "\u00a0")
  return [kind === "keyword" ? null : t(`kind.${kind}`), targetGroupName(target_group), number].filter(Boolean).join(" · ")
}

// Draws only what is not as it was.
export function drawSlip(line, it, reachable) {
  const picked = desk.picked.has(it.contribution)
  const [tick, text, beside, about, reason] = line.children
  const [mark, words, ...presses] = about.children
  if (tick.checked !== picked) tick.checked = picked
  for (const press of [tick, ...presses]) press.tabIndex = reachable ? 0 : -1
  line.classList.toggle("picked", picked)
  if (line.record !== it) {
    line.record = it
    mark.textContent = it.pinned ? t("board.pinned") : doubtful(it) ? t("board.doubtful") : ""
    text.textContent = it.text || t("console.text_gone")
    words.textContent = origin(it)
    drawTranslations(beside, it)
  }
  if (!reason.hidden) fillReason(reason, it)
}

export function explain(line) {
  const reason = line.querySelector(".reason")
  reason.hidden = !reason.hidden
  line.querySelector(".why").setAttribute("aria-expanded", String(!reason.hidden))
  if (!reason.hidden) fillReason(reason, line.record)
}

function fillReason(reason, it) {
  const found = why(it)
  const told = JSON.stringify(found)
  if (told === reason.told) return
  reason.told = told
  reason.replaceChildren(
    ...found.sentences.map((sentence) => h("p", {}, sentence)),
    found.near.length ? h("ul", {}, found.near.map((near) => h("li", { dir: "auto", lang: near.language }, near.text))) : "",
    found.shared ? h("p", {}, found.shared) : "",
    ...found.more.map((sentence) => h("p", {}, sentence)))
}
