// To try, and to answer with a press.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { t } from "../lib/words.js"
import { Page, said } from "./parts.js"

export function viewOf(phone, stage) {
  return stage.kind === "try-out" ? new TryOut(phone) : new Page(() => evaluation(phone))
}

// The text never leaves the phone: only that somebody tried is sent.
class TryOut {
  input = h("input", { type: "text", id: "try", maxlength: "100", autocomplete: "off" })
  node = h(
    "form",
    { class: "field", novalidate: true, onsubmit: event => this.send(event) },
    h("label", { for: "try" }, t("try.label")),
    this.input,
    h("button", { class: "primary" }, t("try.send")),
    h("p", { class: "small" }, t("try.note")),
  )

  constructor(phone) {
    this.phone = phone
  }

  send(event) {
    event.preventDefault()
    this.input.value = ""
    this.phone.do({ type: "try-it-out" })
  }

  update() {}
}

function evaluation(phone) {
  const results = (get("evaluation") || { answers: {} }).answers
  return (get("stage").questions || []).map(question => h(
    "fieldset",
    { class: "choices" },
    said("legend", {}, question.text),
    question.options.map((option, n) => h(
      "label",
      {},
      h("input", {
        type: "radio",
        id: `${question.id}-${n}`,
        name: question.id,
        checked: phone.own.evaluation[question.id] === n,
        onchange: () => evaluate(phone, question.id, n),
      }),
      said("span", {}, option),
      results[question.id] && h("span", { class: "numerals" }, t("evaluation.answers", { n: results[question.id][n] || 0 })),
    )),
  ))
}

function evaluate(phone, question, option) {
  phone.meanwhile(own => own.evaluation[question] = option, { type: "answer-evaluation", question, option })
}
