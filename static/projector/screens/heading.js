// The head that most screens share: which area, and what is asked or shown.
import { get } from "../../lib/records.js"
import { config } from "../../lib/words.js"
import { h } from "../../lib/element.js"
import { isWide } from "../frame.js"
import { areaOf, isEmpty, text } from "../parts.js"

export function heading(stage, area = areaOf(stage.area)) {
  return {
    area: area ? area.number : 0,
    kicker: area ? (isWide() ? area.name : area.short) : get("meeting").title,
    title: stage.title,
    lead: isEmpty(stage.prompt) ? [] : [text("p", { class: "lead" }, stage.prompt), ...second(stage.prompt)],
  }
}

// The question is what a writing step is about; its title is only for the run-of-show.
export function asking(stage) {
  const question = isEmpty(stage.prompt) ? stage.title : stage.prompt
  return { ...heading(stage), title: question, lead: second(question), style: "asked" }
}

// ?second=en adds a line in one more language, where the session's file has one.
function second(value) {
  const language = new URLSearchParams(location.search).get("second")
  if (!language || language === config.language || typeof value !== "object" || !value[language]) return []
  return [h("p", { class: "lead", lang: language.split("-")[0], dir: "auto" }, value[language])]
}
