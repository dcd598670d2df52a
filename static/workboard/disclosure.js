// For a request for records: the paper for who judges what may be given out, and the copy that is. Only
// what was asked for, for the registrar.
import { h } from "../lib/element.js"
import { all, contributions, labelled, matter, select, sessionName } from "./views.js"
import { at, config, say, t } from "../lib/words.js"
import { targetGroupName } from "../staff/names.js"

const FORMATS = ["xlsx", "csv", "json", "docx", "pdf", "html"]

export function disclosure() {
  if (!["facilitator", "registrar"].includes(config.role)) return null
  const choose = (name, none, options) => select(t(`document.${name}`), [["", none], ...options], "", () => {}, { name, "data-here": `disclose/${name}` })
  const area = choose("of_area", t("matrix.all_areas"), matter().areas.map((one) => [one.id, `${one.number} ${say(one.name).words}`]))
  const theme = choose("of_theme", t("document.all_themes"), all("theme").map((one) => [one.theme, one.title]))
  const group = choose("of_target_group", t("document.all_target_groups"), matter().target_groups.map((one) => [one.id, targetGroupName(one.id)]))
  const session = choose("of_session", t("document.any_session"), matter().sessions.map((one) => [one.session, sessionName(one.session)]))
  const format = select(t("document.format"), FORMATS.map((one) => [one, t(`document.format_${one}`)]), "xlsx", () => {}, { "data-here": "disclose/format" })
  const words = h("input", { type: "text", maxlength: "200", "data-here": "disclose/words", "aria-describedby": "disclose-help" })
  const [since, until] = ["since", "until"].map((name) => h("input", { type: "date", "data-here": `disclose/${name}` }))
  const reference = h("input", { type: "text", maxlength: "80", "data-here": "disclose/reference" })
  const copy = h("button", { type: "submit", "data-here": "disclose/go" }, t("document.disclose"))
  const review = h("button", { type: "submit", class: "primary", "data-here": "disclose/review" }, t("document.review"))
  const form = h("form", { class: "inline" },
    labelled(t("document.disclosure_words"), words, "wide"), h("p", { class: "note wide", id: "disclose-help" }, t("document.disclosure_words_help")), notSearched(),
    labelled(t("document.of_area"), area), labelled(t("document.of_theme"), theme), labelled(t("document.of_target_group"), group), labelled(t("document.of_session"), session),
    labelled(t("document.disclosure_since"), since), labelled(t("document.disclosure_until"), until), labelled(t("document.disclosure_reference"), reference), labelled(t("document.format"), format),
    h("p", { class: "note wide" }, t("document.review_help")), review, copy)
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    const asked = {
      area: area.value, theme: theme.value, target_group: group.value, session: session.value, words: words.value.trim(), since: since.value, until: until.value,
      reference: reference.value.trim(), format: format.value, review: event.submitter === review ? "1" : "",
    }
    const query = new URLSearchParams(Object.entries(asked).filter(([, value]) => value))
    location.assign(at(`/api/dialogue/${encodeURIComponent(config.dialogue)}/disclosure?${query}`))
  })
  return h("section", { class: "disclosure" }, h("h3", {}, t("document.disclosure")), h("p", { class: "note" }, t("document.disclosure_help")), form)
}

// Swedish words are not found in what is in another language: somebody must read it.
function notSearched() {
  const isSwedish = (code) => code.split("-")[0] === "sv"
  const numbers = contributions()
    .filter((one) => !isSwedish(one.language) && !(one.translations || []).some((its) => isSwedish(its.language)))
    .map((one) => one.contribution)
    .sort((a, b) => a - b)
  return numbers.length ? h("p", { class: "note wide" }, t("document.disclosure_not_searched", { numbers: numbers.join(", ") })) : ""
}
