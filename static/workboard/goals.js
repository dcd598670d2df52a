// The drafting of goals: the text, and beside it what things mean to the target groups.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { say, t } from "../lib/words.js"
import { areaName, areas, targetGroupName } from "../staff/names.js"
import { wish } from "../staff/line.js"
import { Evidence } from "./evidence.js"
import { framesOf } from "./frames.js"
import { committeeGoals, directives, previousGoals } from "./directives.js"
import { keepRest, rest } from "./tabs.js"
import { all, drafts, fold, GLOBAL_GOALS, goalMark, goalName, inWords, labelled, matter, part, press, select } from "./views.js"
import { pending, written } from "./written.js"

const FIELDS = ["movement_from", "movement_to", "effect", "resources", "maintenance", "horizon"]

export function mount(place) {
  const shown = { area: rest(), goal: 0 }
  const top = h("div", {})
  const tabs = h("div", { class: "area-tabs" })
  const list = h("section", { class: "drafts" })
  const editor = h("div", { class: "draft" })
  const evidence = new Evidence(draw)
  const previous = h("section", { class: "previous" })
  place.append(h("h2", {}, t("goal.title")), h("p", { class: "note lead" }, t("goal.help")), top, tabs, list,
    h("div", { class: "drafting" }, editor, evidence.element), previous)

  function draw() {
    if (!matter() || !areas().length) return
    if (!areas().some((area) => area.id === shown.area)) shown.area = areas()[0].id
    const goals = all("goal")
    const here = goals.filter((goal) => goal.area === shown.area)
    if (!here.some((goal) => goal.goal === shown.goal)) shown.goal = here.length ? here[0].goal : 0
    const goal = goals.find((one) => one.goal === shown.goal)
    part(top, [goals.length, matter().most_goals], () => count(goals.length))
    part(tabs, [shown.area, areas(), goals.map((one) => one.area)], () => areaTabs(goals))
    part(list, [here.map(({ goal, text }) => [goal, text]), shown], () => listed(here))
    const data = goal && [goal, matter(), goals.map(({ goal, area }) => [goal, area]), pendings(goal), (get("process") || {}).area_goals]
    part(editor, data || null, () => (goal ? edited(goal) : []))
    evidence.draw(shown.area, goal)
    part(previous, [matter().previous_goals, (get("process") || {}).previous, goals.map(({ goal, text }) => [goal, text])], () => previousGoals(goals))
  }

  function areaTabs(goals) {
    return h("div", { class: "areas", role: "group", "aria-label": t("matrix.area") }, areas().map((area) => {
      const n = goals.filter((goal) => goal.area === area.id).length
      return h("button", { type: "button", "data-area": String(area.number), "data-here": `goal-area/${area.id}`, "aria-pressed": String(area.id === shown.area),
        onclick: () => go(area.id) },
      h("b", {}, String(area.number)), h("span", {}, say(area.short || area.name).words), h("span", { class: "count" }, t("goal.drafts_n", { n })))
    }))
  }

  function go(area) {
    shown.area = area
    keepRest(area)
    draw()
  }

  function listed(here) {
    return [
      h("h3", {}, areas().find((area) => area.id === shown.area).number, " ", say(areas().find((area) => area.id === shown.area).name).words),
      here.length ? null : h("p", { class: "nothing-yet" }, t("goal.none")),
      here.length > 1 ? h("ul", { class: "draft-list" }, here.map((goal, at) => h("li", {}, h("button", {
        type: "button", class: "quiet", "aria-pressed": String(goal.goal === shown.goal), "data-here": `draft/${goal.goal}`,
        onclick: () => draw(Object.assign(shown, { goal: goal.goal })),
      }, `${at + 1}. ${goal.text || t("goal.untitled")}`)))) : null,
      drafts ? newDraft() : null,
    ]
  }

  function newDraft() {
    const text = h("textarea", { rows: "2", maxlength: "2000", "data-here": "new-draft", required: true })
    const go = h("button", { type: "submit", class: "primary", "data-here": "new-draft-go" }, t("goal.make"))
    const form = h("form", { class: "inline", "data-answers": "" }, labelled(t("goal.new"), text), go)
    form.addEventListener("submit", async (event) => {
      event.preventDefault()
      const before = new Set(all("goal").map((goal) => goal.goal))
      const ack = await wish({ type: "draft-goal", area: shown.area, text: text.value.trim() }, go)
      if (!ack) return
      text.value = ""
      shownNext(before)
    })
    return all("goal").some((goal) => goal.area === shown.area) ? fold("new-draft-fold", t("goal.another"), form) : form
  }

  // The one that has just been made, as soon as the records have it.
  function shownNext(before) {
    const found = all("goal").find((goal) => !before.has(goal.goal) && goal.area === shown.area)
    if (!found) return setTimeout(() => shownNext(before), 100)
    shown.goal = found.goal
    draw()
  }

  function edited(goal) {
    const save = (field) => (text) => ({ type: "write-goal", goal: goal.goal, field, text })
    const field = (name, rows) => written({
      id: idOf(goal, name), label: t(`goal.${name}`), help: help(name), value: goal[name], rows, readonly: !drafts, command: save(name), redraw: draw,
    })
    return [
      h("div", { class: "main-text" }, field("text", 4)),
      missing(goal),
      h("div", { class: "movement" }, field("movement_from", 2), field("movement_to", 2)),
      field("effect", 3),
      affected(goal),
      h("div", { class: "movement" }, field("resources", 2), field("maintenance", 2)),
      field("horizon", 1),
      leaning(goal),
      linked(goal),
      directives(goal, draw),
      framesOf(goal, draw),
      committeeGoals(goal, draw),
      drafts ? more(goal) : null,
    ]
  }

  function more(goal) {
    const why = h("input", { type: "text", maxlength: "500", "data-here": "drop-why" })
    return fold(`more/${goal.goal}`, t("goal.more"),
      h("div", { class: "inline", "data-answers": "" }, moved(goal)),
      h("div", { class: "inline", "data-answers": "" }, labelled(t("goal.drop_why"), why),
        press(t("goal.drop"), (button) => wish({ type: "drop-goal", goal: goal.goal, why: why.value.trim() }, button), "danger")))
  }

  function moved(goal) {
    const made = select(t("goal.move"), areas().map((area) => [area.id, `${area.number} ${areaName(area.id)}`]), goal.area, async (area) => {
      if (await wish({ type: "move-goal", goal: goal.goal, area }, made)) draw(Object.assign(shown, { area, goal: goal.goal }))
    }, { "data-here": "move-goal" })
    return labelled(t("goal.move"), made)
  }

  return { draw }
}

const idOf = (goal, field) => `goal/${goal.goal}/${field}`

// Only whether something disputed is being written changes what is drawn, not each keystroke.
function pendings(goal) {
  return ["text", ...FIELDS].map((field) => {
    const draft = pending(idOf(goal, field))
    return draft && [draft.base, draft.seq || 0]
  })
}

function help(name) {
  if (name === "horizon" && matter().horizon) return t("goal.horizon_decided", { horizon: matter().horizon })
  const key = `goal.${name}_help`
  const words = t(key)
  return words === key ? "" : words
}

function count(n) {
  const { most_goals } = matter()
  if (!n) return h("p", { class: "note" }, t("goal.count_none"))
  return h("p", { class: n > most_goals ? "caution" : "note" }, t("goal.count", { n }), " ", n > most_goals ? t("goal.too_many", { most: most_goals }) : "")
}

function missing(goal) {
  if (!goal.missing.length) return h("p", { class: "note" }, t("goal.nothing_missing"))
  return h("p", { class: "note" }, t("goal.still_missing", { what: inWords(goal.missing.map((key) => t(`goal.missing_${key}`))) }))
}

function ticks(name, legend, options, chosen, act, note = "") {
  return h("fieldset", { class: "tick-set" }, h("legend", {}, legend), note ? h("p", { class: "note" }, note) : null,
    h("div", { class: "tick-list" }, options.map(([value, words]) => {
      const tick = h("input", { type: "checkbox", checked: chosen.includes(value), disabled: !drafts, "data-here": `${name}/${value}` })
      tick.addEventListener("change", async () => {
        const on = tick.checked
        if (!(await wish(act(value, on), tick))) tick.checked = !on
      })
      return h("div", { "data-answers": "" }, h("label", { class: "check" }, tick, h("span", {}, words)))
    })))
}

function affected(goal) {
  return ticks(`affects/${goal.goal}`, t("goal.target_groups"), matter().target_groups.filter((group) => group.id !== "undisclosed").map((group) => [group.id, targetGroupName(group.id)]), goal.target_groups,
    (target_group, affected) => ({ type: "affect-target-group", goal: goal.goal, target_group, affected }))
}

function leaning(goal) {
  if (!matter().anchors.length) return null
  return ticks(`leans/${goal.goal}`, t("goal.anchors"), matter().anchors.map((anchor) => [anchor.id, anchor.text]), goal.anchors,
    (anchor, linked) => ({ type: "anchor-goal", goal: goal.goal, anchor, linked }))
}

function linked(goal) {
  const left = GLOBAL_GOALS.filter((number) => !goal.linked.some((one) => one.goal === number))
  const link = (global_goal, strength, control) => wish({ type: "link-goal", goal: goal.goal, global_goal, strength }, control)
  const line = ({ goal: number, strength }) => {
    const how = select(t("coverage.strength_of", { goal: goalName(number) }), ["primary", "partial"].map((one) => [one, t(`coverage.${one}`)]), strength, (value) => link(number, value, how), { disabled: !drafts, "data-here": `strength/${number}` })
    return h("li", { "data-answers": "" }, goalMark(number), how, drafts ? press(t("coverage.unlink"), (button) => link(number, null, button), "quiet small", { "data-here": `unlink-goal/${number}`, "aria-label": t("goal.unlink", { goal: goalName(number) }) }) : null)
  }
  const add = select(t("goal.link"), [["", t("goal.link")], ...left.map((number) => [number, goalName(number)])], "", (number) => number && link(Number(number), "primary", add), { "data-here": "link-global" })
  return h("section", { class: "linked", "data-answers": "" }, h("h4", {}, t("goal.global_goals")),
    h("ul", {}, goal.linked.map(line)), drafts ? add : null)
}
