// The head that most screens share: which area, and what is asked or shown.
import { get } from "../../lib/records.js"
import { config, say } from "../../lib/words.js"
import { h } from "../../lib/element.js"
import { isWide } from "../frame.js"
import { areaOf, isEmpty, text } from "../parts.js"

export function heading(stage, area = areaOf(stage.area)) {
  return {
    area: area ? area.number : 0,
    kicker: area ? (isWide() ? area.name : area.short) : get("meeting").title,
    title: shortened(stage.title, area),
    lead: isEmpty(stage.prompt) ? [] : [text("p", { class: "lead" }, stage.prompt), ...second(stage.prompt)],
  }
}

// "Tillväxt och planering: det här har ni skrivit" under that area's name says it twice.
function shortened(title, area) {
  const { words, language } = say(title)
  const name = area ? `${say(area.short).words}: ` : ""
  if (!name || !words.startsWith(name)) return title
  const rest = words.slice(name.length)
  return { sv: "", [language]: rest[0].toUpperCase() + rest.slice(1) }
}

// The question is what a writing step is about; its title is only for the run-of-show.
export function asking(stage) {
  const head = heading(stage)
  const question = isEmpty(stage.prompt) ? head.title : stage.prompt
  return { ...head, title: question, lead: second(question), style: "asked" }
}

// ?second=en adds a line in one more language, where the session's file has one.
function second(value) {
  const language = new URLSearchParams(location.search).get("second")
  if (!language || language === config.language || typeof value !== "object" || !value[language]) return []
  return [h("p", { class: "lead", lang: language.split("-")[0], dir: "auto" }, value[language])]
}
