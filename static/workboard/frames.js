// The frames as a list of questions that people answer about a draft. An answer is a judgement, and
// never adds up to a score.
import { h } from "../lib/element.js"
import { get, position } from "../lib/records.js"
import { t } from "../lib/words.js"
import { wish } from "../staff/line.js"
import { drafts, matter } from "./views.js"
import { pending, written } from "./written.js"

const UNSAID = "not-assessed"
const ANSWERS = ["yes", "partly", "no", "not-assessed"]

export function framesOf(goal, redraw) {
  return h("section", { class: "frames" }, h("h4", {}, t("board.frames")), h("p", { class: "note" }, t("goal.frames_help")),
    h("ol", {}, matter().frames.map((frame) => question(goal, frame, redraw))))
}

function question(goal, frame, redraw) {
  const name = `frame/${goal.goal}/${frame.id}`
  const { comment } = recorded(goal.goal, frame.id)
  const answer = () => chosenNow(name) || recorded(goal.goal, frame.id).answer
  const say = (answer, why) => ({ type: "answer-frame", goal: goal.goal, frame: frame.id, answer, why })
  const inputs = ANSWERS.map((one) => {
    const input = h("input", { type: "radio", name, value: one, checked: one === answer(), disabled: !drafts, "data-here": `${name}/${one}` })
    input.addEventListener("change", async () => {
      await choose(name, one, () => wish(say(one, commentNow(name, recorded(goal.goal, frame.id).comment)), input), redraw)
      for (const each of inputs) each.checked = each.value === answer()
    })
    return input
  })
  return h("li", { "data-answers": "" },
    h("p", { class: "check-words" }, h("b", {}, frame.id), " ", frame.check),
    h("blockquote", { class: "quote" }, "”", frame.quote, "”"),
    h("fieldset", { class: "choice" }, h("legend", { class: "visually-hidden" }, `${frame.id} ${frame.check}`),
      h("div", { class: "options" }, inputs.map((input) => h("label", {}, input, h("span", {}, t(`goal.answer_${input.value.replace("-", "_")}`)))))),
    written({
      id: `${name}/comment`, label: t("goal.comment"), value: comment, rows: 1, readonly: !drafts, redraw,
      after: () => asked.get(name)?.sent, command: (text) => say(answer() || UNSAID, text),
    }))
}

// As in the records at this moment, which may be ahead of what is drawn.
function recorded(goal, frame) {
  const { frames = [] } = get(`goal/${goal}`) || {}
  return frames.find((one) => one.frame === frame) || { answer: "", comment: "" }
}

// What has been chosen and the records do not have yet: a comment that follows at once goes with it.
const asked = new Map() // name -> {answer, sent, seq?}

function chosenNow(name) {
  const it = asked.get(name)
  if (it && it.seq && position().seq >= it.seq) asked.delete(name)
  return asked.has(name) ? it.answer : ""
}

// The other way about: a comment that is on its way is not taken back by an answer.
const commentNow = (name, comment) => (pending(`${name}/comment`) || { text: comment }).text

async function choose(name, answer, send, redraw) {
  const it = { answer }
  asked.set(name, it)
  it.sent = Promise.resolve((pending(`${name}/comment`) || {}).sent).then(send)
  const ack = await it.sent
  if (ack) it.seq = ack.seq
  else if (asked.get(name) === it) asked.delete(name)
  if (!ack) redraw()
}
