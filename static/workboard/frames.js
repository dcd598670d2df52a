// The frames as a list of questions that people answer about a draft. An answer is a judgement, and
// never adds up to a score.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { wish } from "../staff/line.js"
import { drafts, matter } from "./views.js"
import { written } from "./written.js"

const UNSAID = "not-assessed"
const ANSWERS = ["yes", "partly", "no", "not-assessed"]

export function framesOf(goal, redraw) {
  return h("section", { class: "frames" }, h("h4", {}, t("board.frames")), h("p", { class: "note" }, t("goal.frames_help")),
    h("ol", {}, matter().frames.map((frame) => question(goal, frame, redraw))))
}

function question(goal, frame, redraw) {
  const { answer, comment } = goal.frames.find((one) => one.frame === frame.id) || { answer: "", comment: "" }
  const say = (answer, why) => ({ type: "answer-frame", goal: goal.goal, frame: frame.id, answer, why })
  const name = `frame/${goal.goal}/${frame.id}`
  return h("li", { "data-answers": "" },
    h("p", { class: "check-words" }, h("b", {}, frame.id), " ", frame.check),
    h("blockquote", { class: "quote" }, "”", frame.quote, "”"),
    h("fieldset", { class: "choice" }, h("legend", { class: "visually-hidden" }, `${frame.id} ${frame.check}`),
      h("div", { class: "options" }, ANSWERS.map((one) => {
        const input = h("input", { type: "radio", name, value: one, checked: one === answer, disabled: !drafts, "data-here": `${name}/${one}` })
        input.addEventListener("change", async () => (await wish(say(one, comment), input)) || redraw())
        return h("label", {}, input, h("span", {}, t(`goal.answer_${one.replace("-", "_")}`)))
      }))),
    written({ id: `${name}/comment`, label: t("goal.comment"), value: comment, rows: 1, readonly: !drafts, command: (text) => say(answer || UNSAID, text), redraw }))
}
