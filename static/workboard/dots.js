// How the dots lie by target group, once the room has seen them: a temperature check and no vote.
import { h } from "../lib/element.js"
import { say, t } from "../lib/words.js"
import { areaChip, targetGroupName } from "../staff/names.js"
import { inWords, matter } from "./views.js"

export function dots(findings) {
  if (!findings.dots || !findings.dots.length) return null
  return [
    h("h3", {}, t("dots.title")),
    h("p", { class: "caution" }, t("dots.temperature")),
    findings.dots.map((one) => step(one, findings)),
  ]
}

function step(one, findings) {
  const session = findings.sessions.find((it) => it.session === one.session)
  const name = [session && say(session.title).words, say(one.title).words].filter(Boolean).join(": ")
  const several = one.columns.filter((column) => column.target_groups.length > 1)
  return [
    h("p", { class: "numerals" }, h("b", {}, name), " · ", t("dots.people", { n: one.people })),
    h("div", { class: "scroller", role: "region", tabindex: "0", "aria-label": `${t("dots.table")}: ${name}`, "data-scrolls": "" },
      h("table", {}, h("caption", { class: "visually-hidden" }, `${t("dots.table")}: ${name}`),
        h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("dots.where")), h("th", { scope: "col" }, t("dots.all")),
          one.columns.map((column) => h("th", { scope: "col", class: column.resident === false ? "apart" : null }, called(column))))),
        h("tbody", {}, one.rows.map((row) => line(row, one.columns))))),
    several.map((column) => h("p", { class: "note" }, t("dots.together", { name: called(column), target_groups: inWords(column.target_groups.map(targetGroupName)) }))),
    one.suppressed ? h("p", { class: "note" }, t("dots.few", { k: matter().fewest })) : null,
  ]
}

function line(row, columns) {
  const untold = () => [h("span", { "aria-hidden": "true" }, "·"), h("span", { class: "visually-hidden" }, t("dots.not_shown"))]
  return h("tr", { "data-of": row.of }, h("th", { scope: "row" }, where(row)), h("td", { class: "numerals" }, String(row.dots)),
    columns.map((column, at) => h("td", { class: column.resident === false ? "numerals apart" : "numerals" }, row.cells ? String(row.cells[at]) : untold())))
}

function where(row) {
  if (row.of === "all") return t("dots.all_dots")
  if (row.of === "area") return areaChip(row.area)
  if (row.of === "alone") return t("dots.alone")
  return h("span", { dir: "auto" }, row.title)
}

// One target group by its name; several by what they have in common.
function called({ target_groups: groups, resident }) {
  if (groups.length === 1) return targetGroupName(groups[0])
  return t(resident ? "dots.other_residents" : resident === false ? "dots.others_apart" : "dots.others")
}
