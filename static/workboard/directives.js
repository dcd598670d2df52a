// What goes with a goal: directives to committees and companies, their own goals under it, and what
// becomes of the goals of the term before.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { t } from "../lib/words.js"
import { wish } from "../staff/line.js"
import { bodyName, drafts, fold, labelled, matter, press, select } from "./views.js"
import { written } from "./written.js"

const GIVEN_TO = ["executive-board", "committee", "company", "operation", "office"]
const FATES = ["kept", "merged", "dropped"]

const receivers = () => matter().bodies.filter((body) => GIVEN_TO.includes(body.kind)).map((body) => [body.id, body.name])

export function directives(goal, redraw) {
  return register({
    name: `directive/${goal.goal}`, heading: t("goal.directives"), help: t("goal.directives_help"), add: t("goal.give_directive"), redraw,
    items: goal.directives.map((one) => ({ ...one, id: one.directive })),
    save: (body, text, id) => ({ type: "give-directive", goal: goal.goal, body, text, directive: id }),
    drop: (id) => ({ type: "drop-directive", directive: id }),
  })
}

export function committeeGoals(goal, redraw) {
  return register({
    name: `committee-goal/${goal.goal}`, heading: t("goal.committee_goals"), help: t("goal.committee_goals_n", { n: goal.committee_goals.length }), add: t("goal.record_committee_goal"), redraw,
    items: goal.committee_goals.map((one) => ({ ...one, id: one.committee_goal })),
    save: (body, text, id) => ({ type: "record-committee-goal", goal: goal.goal, body, text, committee_goal: id }),
    drop: (id) => ({ type: "drop-committee-goal", committee_goal: id }),
  })
}

// Texts that each belong to a body, and a form for one more.
function register({ name, heading, help, add, items, save, drop, redraw }) {
  return h("section", { class: "register" }, h("h4", {}, heading), h("p", { class: "note" }, help),
    h("ul", {}, items.map((one) => h("li", { "data-answers": "" },
      written({ id: `${name}/${one.id}`, label: bodyName(one.body), value: one.text, rows: 2, readonly: !drafts, command: (text) => save(one.body, text, one.id), redraw }),
      drafts ? press(t("goal.take_away"), (button) => wish(drop(one.id), button), "quiet small", { "data-here": `${name}/${one.id}/drop`, "aria-label": t("goal.take_away_this", { body: bodyName(one.body) }) }) : null))),
    drafts ? fold(`${name}/new`, add, adding(name, save, add)) : null)
}

function adding(name, save, add) {
  if (!receivers().length) return h("p", { class: "note" }, t("goal.no_bodies"))
  const nobody = ["", t("workboard.choose_recipient")]
  const body = select(t("goal.body"), [nobody, ...receivers()], "", () => {}, { required: true, "data-here": `${name}/body` })
  const text = h("textarea", { rows: "2", maxlength: "2000", required: true, "data-here": `${name}/text` })
  const go = h("button", { type: "submit", "data-here": `${name}/go` }, t("goal.add"))
  const form = h("form", { class: "inline", "data-answers": "" }, labelled(t("goal.body"), body), labelled(t("goal.words"), text, "wide"), go)
  form.addEventListener("submit", async (event) => {
    event.preventDefault()
    if (await wish(save(body.value, text.value.trim(), 0), go)) form.reset()
  })
  return form
}

export function previousGoals(goals) {
  const { previous } = get("process") || { previous: [] }
  return [
    h("h3", {}, t("goal.previous")),
    h("p", { class: "note" }, matter().previous_goals.length ? t("goal.previous_help") : t("goal.no_previous")),
    h("ul", {}, matter().previous_goals.map((one) => settling(one, previous.find((it) => it.previous === one.id), goals))),
  ]
}

function settling(previous, settled, goals) {
  const now = settled || { fate: "", goal: null, reason: "" }
  const fate = select(t("goal.fate"), [["", t("goal.fate_none")], ...FATES.map((one) => [one, t(`goal.fate_${one}`)])], now.fate, () => {}, { disabled: !drafts, "data-here": `fate/${previous.id}` })
  const into = select(t("goal.fate_goal"), [["", t("goal.fate_no_goal")], ...goals.map((goal) => [goal.goal, goal.text || t("goal.untitled")])], now.goal || "", () => {}, { disabled: !drafts, "data-here": `fate-goal/${previous.id}` })
  const why = h("input", { type: "text", value: now.reason, maxlength: "2000", readonly: !drafts, "data-here": `fate-why/${previous.id}` })
  const go = h("button", { type: "submit", "data-here": `fate-go/${previous.id}` }, t("goal.settle"))
  const form = h("form", { class: "inline", "data-answers": "" }, labelled(t("goal.fate"), fate), labelled(t("goal.fate_goal"), into), labelled(t("board.reason"), why, "wide"), drafts ? go : null)
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    wish({ type: "settle-previous-goal", previous: previous.id, fate: fate.value || null, goal: Number(into.value) || null, why: why.value.trim() }, go)
  })
  return h("li", {}, fold(`previous/${previous.id}`, [previous.text, " ", h("span", { class: "count" }, settled ? t(`goal.is_${settled.fate}`) : t("goal.is_open"))], form))
}
