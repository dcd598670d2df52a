// Pauses and goodbyes: when we go on, what we want to know, and what happens next.
import { get } from "../../lib/records.js"
import { h } from "../../lib/element.js"
import { config, say, t } from "../../lib/words.js"
import { shares } from "../fit.js"
import { date, figure, isEmpty, qr, sentence, text, timer } from "../parts.js"
import { asking, heading } from "./heading.js"

export function breakTime(stage) {
  const time = h("b", {}, stage.until)
  const isSaid = !isEmpty(stage.prompt) && say(stage.prompt).words.includes(stage.until)
  const until = stage.until
    ? h("p", { class: "until", "data-shrink": "" }, isSaid ? time : sentence("proj.break_until", "time", time))
    : timer()
  return [() => ({ ...heading(stage), layout: "break", body: until ? [until] : [] })]
}

export function evaluation(stage) {
  const { code } = get("meeting")
  return [() => ({
    layout: "evaluation",
    ...asking(stage),
    body: [
      h("p", { class: "say" }, figure("proj.evaluation", stage.questions ? stage.questions.length : 1)),
      code ? qr(code) : null,
    ].filter(Boolean),
  })]
}

export function thanks(stage) {
  const { next } = get("meeting")
  const pages = shares("next", next, items => goodbye(stage, items))
  return (pages.length ? pages : [[]]).map(items => () => goodbye(stage, items))
}

function goodbye(stage, items) {
  const meeting = get("meeting")
  return {
    layout: "thanks",
    kicker: isEmpty(stage.prompt) ? meeting.title : stage.prompt,
    title: t("proj.thank_you"),
    body: whatNext(meeting, items),
  }
}

function whatNext(meeting, items) {
  return [
    items.length ? h("h2", {}, t("proj.next")) : null,
    h("ol", { class: "next", "data-list": "", "data-box": "" }, items.map(item => h("li", {},
      h("span", { class: "date" }, date(item.date)), text("span", { "data-lines": 8 }, item.text)))),
    results(meeting),
  ].filter(Boolean)
}

function results({ results_url, results_date: by, feedback }) {
  const url = results_url || feedback && config.home + feedback
  if (!url) return null
  const short = url.replace(/^https?:\/\//, "")
  return h("p", { class: "results" }, by
    ? t("proj.results_by", { url: short, date: date(by) })
    : t("proj.results", { url: short }))
}
