// How the target groups' words differ. Nothing is said about fewer than five people.
import { get } from "../../lib/records.js"
import { h } from "../../lib/element.js"
import { say, t } from "../../lib/words.js"
import { isWide } from "../frame.js"
import { areaOf, areasIn, chunks, divisible, empty, size, text } from "../parts.js"
import { heading } from "./heading.js"

const FEWEST_PEOPLE = 5

export function targetGroups(stage) {
  const pages = areasIn(stage).flatMap(area => pagesOf(stage, area))
  if (pages.length) return pages
  return [() => ({ ...heading(stage), layout: "empty", body: [empty("proj.empty_target_groups")] })]
}

function pagesOf(stage, area) {
  const found = get(`differences/${area || ""}`)
  if (!found) return []
  const large = found.groups.filter(group => group.people >= FEWEST_PEOPLE)
  return chunks(large, isWide() ? 3 : 2).map(some => () => ({
    ...heading(stage, areaOf(area)),
    layout: "columns",
    body: [h("ol", { class: "columns", "data-columns": isWide() ? 3 : 2 }, some.map(column))],
    note: found.unshown ? t("proj.small_groups") : null,
  }))
}

function column(group) {
  return h("li", { "data-key": `target-${group.target_group}`, class: "ruled" },
    h("p", { class: "size" }, size(group.contributions, group.people)),
    name(nameOf(group.target_group)),
    h("ul", { class: "terms", "data-trim": "" }, group.terms.map(term => h("li", { dir: "auto" }, term))))
}

function name(value) {
  const { words, language } = say(value)
  return text("h2", {}, { sv: "", [language]: divisible(words, language) })
}

function nameOf(id) {
  const found = get("meeting").target_groups.find(group => group.id === id)
  return found ? found.name : id
}
