// <change-list>: what staff have done, newest first, each with its undo.
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { config, say, t } from "../lib/words.js"
import { keep } from "./keyed.js"
import { wish } from "./line.js"
import { moment, time } from "./names.js"
import { button } from "./press.js"

// A step that starts its own timer is one thing to a facilitator, although it is two in the log.
function listed() {
  const { changes } = get("changes") || { changes: [] }
  return changes.filter((change) =>
    change.words !== "timer" || !changes.some((other) => other.words === "step" && other.at === change.at))
}

// What those who moderate may undo (see the rules: moderation.ABOUT_SHOWING).
const ABOUT_SHOWING = [
  "moderation", "blank", "slow", "joining", "released", "held", "hidden", "restored", "asserted", "held_back", "trusted",
  "masked", "unmasked", "translated", "untranslated",
]
const mayUndo = ({ words }) => config.role !== "moderator" || ABOUT_SHOWING.includes(words)

// What Undo takes back: never an undo, so that pressing it twice goes back two steps.
const next = () => listed().find((change) => !change.by_undo && mayUndo(change))

function said(last) {
  if (!last.by_undo) return t("console.last", { what: inWords(last), time: time(last.at) })
  return next() ? t("console.undone_before", { what: inWords(next()) }) : t("console.undone")
}

// What was done, in words. A switch has one sentence for on and one for off.
export function inWords({ words, params }) {
  const { now } = params
  const named = { ...params, group: params.group && titleOfGroup(params.group) }
  if (words === "step") return params.step ? t("change.step", { step: titleOf(params.step) }) : t("change.lobby")
  if (words === "timer") return now ? t("change.timer_on", { time: time(now) }) : t("change.timer_off")
  if (words === "slow") return now ? t("change.slow_on", { n: now }) : t("change.slow_off")
  if (words === "moderation") return t("change.moderation", { moderation: t(`console.moderation_${now}`) })
  if (words === "closing") return now ? t("change.closing_set", { time: moment(now) }) : t("change.closing_off")
  return t(typeof now === "boolean" ? `change.${words}_${now ? "on" : "off"}` : `change.${words}`, named)
}

function take(change, pressed) {
  pressed.dispatchEvent(new CustomEvent("undoing", { bubbles: true, detail: change }))
  wish({ type: "undo", seq: change.seq }, pressed)
}

function titleOfGroup(number) {
  const group = get(`group/${number}`)
  return group && group.title || t("change.a_group")
}

function titleOf(id) {
  const step = get("run") && get("run").steps.find((step) => step.step === id)
  return step ? say(step.title).words : id
}

// One line that always says what was done last, by anyone, and takes it back; `shortcut` is the
// key for that.
export function lastChange(shortcut = "") {
  const words = h("span", { role: "status" })
  const undo = button("console.undo", () => next() && take(next(), undo), shortcut, "quiet")
  const line = h("div", { class: "last", "data-answers": "" }, words, undo)
  const update = () => {
    const [last] = listed()
    undo.hidden = !next()
    const text = last ? said(last) : t("console.nothing_done")
    if (words.textContent !== text) words.textContent = text
  }
  watch("changes", update)
  update()
  return line
}

class ChangeList extends HTMLElement {
  connectedCallback() {
    this.list = h("ol", { class: "changes" })
    this.append(this.list)
    this.stop = watch("changes", () => this.update())
    this.update()
  }

  disconnectedCallback() {
    this.stop()
  }

  update() {
    keep(this.list, listed(), (change) => change.seq, (change) => this.line(change))
  }

  line(change) {
    const undo = button("console.undo", () => take(change, undo), "", "quiet")
    undo.setAttribute("aria-label", t("console.undo_this", { what: inWords(change) }))
    undo.hidden = !mayUndo(change)
    return h("li", { "data-answers": "" },
      h("time", { class: "numerals" }, time(change.at)),
      h("span", {}, inWords(change)),
      undo)
  }
}

customElements.define("change-list", ChangeList)
