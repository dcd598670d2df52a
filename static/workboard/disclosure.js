// A copy for whoever asks to see the documents: only what was asked for, for the registrar.
import { h } from "../lib/element.js"
import { all, labelled, matter, select } from "./views.js"
import { config, say, t } from "../lib/words.js"
import { targetGroupName } from "../staff/names.js"

const FORMATS = ["xlsx", "csv", "json", "docx", "pdf", "html"]

export function disclosure() {
  if (!["facilitator", "registrar"].includes(config.role)) return null
  const choose = (name, none, options) => select(t(`document.${name}`), [["", none], ...options], "", () => {}, { name, "data-here": `disclose/${name}` })
  const area = choose("of_area", t("matrix.all_areas"), matter().areas.map((one) => [one.id, `${one.number} ${say(one.name).words}`]))
  const theme = choose("of_theme", t("document.all_themes"), all("theme").map((one) => [one.theme, one.title]))
  const group = choose("of_target_group", t("document.all_target_groups"), matter().target_groups.map((one) => [one.id, targetGroupName(one.id)]))
  const format = select(t("document.format"), FORMATS.map((one) => [one, t(`document.format_${one}`)]), "xlsx", () => {}, { "data-here": "disclose/format" })
  const go = h("button", { type: "submit", "data-here": "disclose/go" }, t("document.disclose"))
  const form = h("form", { class: "inline" }, labelled(t("document.of_area"), area), labelled(t("document.of_theme"), theme), labelled(t("document.of_target_group"), group), labelled(t("document.format"), format), go)
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    const asked = { area: area.value, theme: theme.value, target_group: group.value, format: format.value }
    const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value))
    location.assign(`/api/dialogue/${encodeURIComponent(config.dialogue)}/disclosure?${query}`)
  })
  return h("section", { class: "disclosure" }, h("h3", {}, t("document.disclosure")), h("p", { class: "note" }, t("document.disclosure_help")), form)
}
