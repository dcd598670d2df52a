// Coverage: all 17 global goals over the goal areas in three layers, the target groups as planned and
// as they came, vision and values. What is lacking is said in words.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { say, t } from "../lib/words.js"
import { areaName, areaNumber, areas, targetGroupName } from "../staff/names.js"
import { wish } from "../staff/line.js"
import { Found } from "./found.js"
import { scope } from "./scope.js"
import { all, fold, GLOBAL_GOALS, goalMark, goalName, inWords, labelled, leads, matter, part, press, select, themeName } from "./views.js"

const OTHER_GAPS = ["assigned_silent", "voiced_not_assigned", "only_suggested", "not_carried", "not_in_goals"]
const narrow = matchMedia("(max-width: 50rem)")

export function mount(place) {
  const filters = h("div", { class: "filters" })
  const gaps = h("section", { class: "gaps" })
  const goals = h("section", { class: "coverage-goals" })
  const hints = h("section", { class: "hints" })
  const groups = h("section", {})
  const anchors = h("section", {})
  const found = new Found(draw)
  found.place = place
  place.append(h("h2", {}, t("coverage.title")), h("p", { class: "note lead" }, t("coverage.help")), filters, gaps, goals, hints, groups, anchors)
  narrow.addEventListener("change", draw)

  function draw() {
    if (!matter()) return
    found.fresh()
    const process = get("process") || { area_goals: [], acknowledged: [] }
    const themes = all("theme").map(({ theme, title, area, linked, hints, carried, anchors }) => ({ theme, title, area, linked, hints, carried, anchors }))
    const coverage = found.findings && found.findings.coverage
    part(filters, [found.scope, matter().sessions, found.failed], () => [scope(found, "coverage"), found.failed ? h("p", { class: "answer" }, found.failed) : null])
    const drafts = all("goal").map(({ goal, linked }) => ({ goal, linked }))
    part(gaps, [coverage && coverage.global_goals, process.acknowledged, process.area_goals, themes, drafts, narrow.matches], () => lacking(coverage, process, themes, drafts))
    part(goals, [coverage && coverage.global_goals, process.area_goals, themes, areas(), narrow.matches], () => table(coverage, process, themes))
    part(hints, themes, () => suggested(themes))
    part(groups, coverage && coverage.target_groups, () => coverage && outcome(coverage.target_groups))
    part(anchors, [coverage && coverage.anchors, themes, matter().anchors], () => coverage && leaning(coverage.anchors, themes))
  }

  return { draw }
}

// ── what is lacking ───────────────────────────────────────────────────────────────────────────

// The same as the rule asks for before the board proposes: not assigned, or linked to nothing.
function lacking(coverage, process, themes, drafts) {
  const linked = new Set([...themes, ...drafts].flatMap((it) => it.linked.map((one) => one.goal)))
  const assigned = new Set(process.area_goals.map((one) => one.goal))
  const gaps = GLOBAL_GOALS.filter((goal) => !linked.has(goal) || !assigned.has(goal))
  const seen = new Set(process.acknowledged)
  const unseen = gaps.filter((goal) => !seen.has(goal))
  const sentence = (goal) => [linked.has(goal) ? "" : t("board.gap", { n: goal }) + ".", assigned.has(goal) ? "" : t("coverage.gap_not_assigned"), seen.has(goal) ? t("coverage.acknowledged") : ""].filter(Boolean).join(" ")
  const others = OTHER_GAPS.map((gap) => [gap, (coverage ? coverage.global_goals : []).filter((row) => row.gaps.includes(gap) && (gap !== "assigned_silent" || linked.has(row.goal))).map((row) => row.goal)]).filter(([, goals]) => goals.length)
  const list = h("ul", {}, gaps.map((goal) => h("li", {}, goalMark(goal), h("p", { class: "note" }, sentence(goal)))))
  return [
    h("h3", {}, t("coverage.gaps")),
    gaps.length && narrow.matches ? fold("gap-list", t("coverage.gaps_n", { n: gaps.length }), list) : gaps.length ? list : h("p", {}, t("coverage.no_gaps")),
    others.map(([gap, goals]) => fold(`gap/${gap}`, [t(`coverage.gap_${gap}`), " ", h("span", { class: "count" }, t("coverage.goals_n", { n: goals.length }))], h("ul", {}, goals.map((goal) => h("li", {}, goalMark(goal)))))),
    leads && unseen.length ? acknowledging(gaps, unseen.length) : null,
  ]
}

function acknowledging(goals, n) {
  const why = h("input", { type: "text", maxlength: "500", "data-here": "gaps-why" })
  const made = h("form", { class: "inline", "data-answers": "" }, labelled(t("coverage.why_on"), why), h("button", { type: "submit", "data-here": "gaps-go" }, t("coverage.acknowledge", { n })))
  made.addEventListener("submit", (event) => {
    event.preventDefault()
    wish({ type: "acknowledge-gaps", goals, why: why.value.trim() }, made.querySelector("button"))
  })
  return made
}

// ── the 17 ────────────────────────────────────────────────────────────────────────────────────

function table(coverage, process, themes) {
  const rows = new Map((coverage ? coverage.global_goals : []).map((row) => [row.goal, row]))
  const head = [h("h3", {}, t("coverage.goals")), h("p", { class: "note" }, t("coverage.layers_help"))]
  const parts = GLOBAL_GOALS.map((goal) => ({ goal, row: rows.get(goal), linked: themes.filter((theme) => theme.linked.some((one) => one.goal === goal)) }))
  if (narrow.matches) return [head, h("ul", { class: "goal-list" }, parts.map((one) => h("li", {}, h("h4", {}, goalMark(one.goal)), listed(one, process))))]
  return [head, h("div", { class: "scroller", role: "region", tabindex: "0", "aria-label": t("coverage.goals"), "data-scrolls": "" },
    h("table", { class: "coverage" },
      h("caption", { class: "visually-hidden" }, t("coverage.goals")),
      h("thead", {},
        h("tr", {}, h("th", { scope: "col", rowspan: "2" }, t("coverage.goal")), h("th", { scope: "colgroup", colspan: String(areas().length) }, t("coverage.assigned")),
          h("th", { scope: "col", rowspan: "2" }, t("coverage.carried")), h("th", { scope: "col", rowspan: "2" }, t("coverage.voiced"))),
        h("tr", {}, areas().map((area) => h("th", { scope: "col" }, h("span", { class: "area-chip", "data-area": String(area.number) }, h("b", {}, String(area.number)), say(area.short || area.name).words))))),
      h("tbody", {}, parts.map((one) => h("tr", {},
        h("th", { scope: "row" }, goalMark(one.goal)),
        areas().map((area) => h("td", {}, assigned(area.id, one, process), heard(area.id, one.row))),
        h("td", {}, carried(one)),
        h("td", {}, voiced(one)))))))]
}

function listed(one, process) {
  return [
    h("dl", {},
      h("dt", {}, t("coverage.assigned")),
      areas().map((area) => h("dd", { class: "assigning" }, h("span", {}, `${area.number} ${areaName(area.id)}`), assigned(area.id, one, process), heard(area.id, one.row))),
      h("dt", {}, t("coverage.carried")), h("dd", {}, carried(one)),
      h("dt", {}, t("coverage.voiced")), h("dd", {}, voiced(one))),
  ]
}

const strengthOf = (process, area, goal) => {
  const found = process.area_goals.find((one) => one.area === area && one.goal === goal)
  return found ? found.strength || "primary" : ""
}

function assigned(area, { goal }, process) {
  const strength = strengthOf(process, area, goal)
  if (!leads) return h("span", {}, t(`coverage.${strength || "none"}`))
  const label = t("coverage.assign", { goal: goalName(goal), area: areaName(area) })
  const made = select(label, ["", "primary", "partial"].map((one) => [one, t(`coverage.${one || "none"}`)]), strength,
    (value) => wish({ type: "link-area", area, goal, strength: value || null }, made), { class: strength ? `strength ${strength}` : "strength", "data-here": `assign/${area}/${goal}` })
  return h("div", { "data-answers": "" }, made)
}

function heard(area, row) {
  const n = row && row.voiced_by_area[area]
  return n ? h("p", { class: "note numerals" }, t("matrix.people", { n })) : null
}

function carried({ goal, row, linked }) {
  const themes = linked.filter((theme) => theme.carried)
  return themes.length ? h("ul", {}, themes.map((theme) => h("li", { dir: "auto" }, theme.title))) : h("span", { class: "note" }, t("coverage.nothing_carried"))
}

function voiced({ goal, row, linked }) {
  if (!row || !row.contributions) return h("span", { class: "note" }, t("coverage.silent"))
  return [
    h("p", { class: "numerals" }, h("b", {}, t("matrix.people", { n: row.people })), " · ", t("count.contributions", { n: row.contributions }),
      row.target_groups === null ? null : h("span", {}, " · ", t("coverage.target_groups_n", { n: row.target_groups }))),
    linked.length ? fold(`linked/${goal}`, t("coverage.links", { n: linked.length }), h("ul", {}, linked.map((theme) => link(theme, goal)))) : null,
  ]
}

function link(theme, goal) {
  const { strength, words } = theme.linked.find((one) => one.goal === goal)
  const undo = leads ? press(t("coverage.unlink"), (button) => wish({ type: "link-theme", theme: theme.theme, goal, strength: null }, button), "quiet small", { "data-here": `unlink/${theme.theme}/${goal}`, "aria-label": t("coverage.unlink_this", { theme: theme.title, goal: goalName(goal) }) }) : null
  return h("li", { "data-answers": "" }, h("span", { dir: "auto" }, theme.title), " ", h("span", { class: "note" }, t(`coverage.${strength}`)),
    words.length ? h("span", { class: "note", dir: "auto" }, " · ", words.join(", ")) : null, " ", undo)
}

// ── what the machine hints at ─────────────────────────────────────────────────────────────────

function suggested(themes) {
  const open = themes.flatMap((theme) => theme.hints.map((hint) => ({ theme, hint }))).sort((one, other) => one.hint.goal - other.hint.goal)
  return [
    h("h3", {}, t("coverage.suggested")),
    h("p", { class: "note" }, open.length ? t("coverage.suggested_help") : t("coverage.none_suggested")),
    h("ul", { class: "hint-list" }, open.map(({ theme, hint }) => h("li", { "data-answers": "" },
      goalMark(hint.goal),
      h("span", { class: "name", dir: "auto" }, theme.title),
      h("span", { class: "note", dir: "auto" }, t("coverage.because", { words: hint.words.join(", ") })),
      leads ? h("span", { class: "acts" }, ["primary", "partial"].map((strength) => press(t(`coverage.confirm_${strength}`), (button) => wish({ type: "link-theme", theme: theme.theme, goal: hint.goal, strength }, button), "quiet small",
        { "data-here": `confirm/${theme.theme}/${hint.goal}/${strength}`, "aria-label": t(`coverage.confirm_${strength}_this`, { goal: goalName(hint.goal), theme: theme.title }) }))) : null))),
    leads && themes.length ? linking(themes) : null,
  ]
}

// A link that no machine has hinted at.
function linking(themes) {
  const theme = select(t("coverage.theme"), themes.map((one) => [one.theme, one.title]), "", () => {}, { "data-here": "link-theme" })
  const goal = select(t("coverage.goal"), GLOBAL_GOALS.map((one) => [one, goalName(one)]), "", () => {}, { "data-here": "link-goal" })
  const strength = select(t("coverage.strength"), ["primary", "partial"].map((one) => [one, t(`coverage.${one}`)]), "primary", () => {}, { "data-here": "link-strength" })
  const go = press(t("coverage.link"), (button) => wish({ type: "link-theme", theme: Number(theme.value), goal: Number(goal.value), strength: strength.value }, button), "", { "data-here": "link-go" })
  return fold("link-more", t("coverage.link_more"), h("div", { class: "inline", "data-answers": "" },
    labelled(t("coverage.theme"), theme), labelled(t("coverage.goal"), goal), labelled(t("coverage.strength"), strength), go))
}

// ── who came ──────────────────────────────────────────────────────────────────────────────────

function outcome(groups) {
  const row = (group) => h("tr", { class: group.resident ? null : "apart" },
    h("th", { scope: "row" }, targetGroupName(group.id), group.resident ? null : h("span", { class: "note" }, " ", t("coverage.apart"))),
    h("td", { class: "numerals" }, group.expected ? String(group.expected) : t("coverage.no_plan")),
    h("td", { class: "numerals" }, group.people === null ? t("coverage.few") : String(group.people), group.behind ? h("span", { class: "note" }, " ", t("coverage.behind", { n: group.behind })) : null),
    h("td", { class: "numerals" }, group.contributions === null ? t("coverage.few") : String(group.contributions)))
  const missing = groups.filter((group) => group.expected && !group.contributions)
  return [
    h("h3", {}, t("coverage.groups")),
    h("p", { class: "caution" }, t("coverage.not_representative")),
    missing.length ? h("p", {}, t("coverage.none_came", { target_groups: inWords(missing.map((group) => targetGroupName(group.id))) })) : null,
    h("table", { class: "outcome" }, h("caption", { class: "visually-hidden" }, t("coverage.groups")),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("coverage.target_group")), h("th", { scope: "col" }, t("coverage.expected")), h("th", { scope: "col" }, t("coverage.came")), h("th", { scope: "col" }, t("coverage.contributions")))),
      h("tbody", {}, groups.map(row))),
  ]
}

// ── vision and values ─────────────────────────────────────────────────────────────────────────

function leaning(anchors, themes) {
  return [
    h("h3", {}, t("coverage.anchors")),
    anchors.length ? null : h("p", { class: "note" }, t("coverage.no_anchors")),
    anchors.map((anchor) => {
      const on = themes.filter((theme) => theme.anchors.includes(anchor.anchor))
      const off = themes.filter((theme) => !theme.anchors.includes(anchor.anchor))
      return h("div", { class: "anchor", "data-answers": "" },
        h("blockquote", {}, anchor.text),
        on.length || anchor.goals.length ? null : h("p", { class: "note" }, t("coverage.nothing_leans")),
        h("ul", {}, on.map((theme) => h("li", { "data-answers": "" }, h("span", { dir: "auto" }, themeName(theme.theme)), " ",
          leads ? press(t("coverage.unlink"), (button) => wish({ type: "anchor-theme", theme: theme.theme, anchor: anchor.anchor, linked: false }, button), "quiet small", { "data-here": `unanchor/${anchor.anchor}/${theme.theme}` }) : null))),
        anchor.goals.length ? h("p", { class: "note" }, t("coverage.goals_lean", { n: anchor.goals.length })) : null,
        leads && off.length ? adding(anchor, off) : null)
    }),
  ]
}

function adding(anchor, themes) {
  const made = select(t("coverage.anchor_theme"), [["", t("coverage.anchor_theme")], ...themes.map((theme) => [theme.theme, `${areaNumber(theme.area) || ""} ${theme.title}`.trim()])], "",
    (theme) => theme && wish({ type: "anchor-theme", theme: Number(theme), anchor: anchor.anchor, linked: true }, made), { "data-here": `anchor/${anchor.anchor}` })
  return made
}
