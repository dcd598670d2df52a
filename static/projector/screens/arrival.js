// People arrive: how to join, what can be influenced, and a first try.
import { get } from "../../lib/records.js"
import { h } from "../../lib/element.js"
import { config, t } from "../../lib/words.js"
import { shares } from "../fit.js"
import { spaced } from "../frame.js"
import { address, figure, isEmpty, marks, qr, text } from "../parts.js"
import { asking } from "./heading.js"

export function lobby(stage, presence) {
  const meeting = get("meeting")
  const people = (get("counts") || {}).people || 0
  const said = stage.step && !isEmpty(stage.prompt) ? stage.prompt : meeting.purpose
  return [() => ({
    layout: "lobby",
    hero: true,
    body: [
      h("section", { class: "welcome" },
        h("p", { class: "municipality" }, meeting.municipality),
        h("div", { class: "words", "data-shrink": "", "data-trim": "" },
          text("h1", {}, isEmpty(meeting.question) ? meeting.title : meeting.question),
          isEmpty(said) ? null : text("p", { class: "purpose" }, said)),
        h("div", { class: "arrivals" },
          people ? h("p", { class: "people" }, figure("proj.arrived", people)) : null,
          people ? marks(people, [16, 2]) : null)),
      h("section", { class: "way-in" },
        meeting.code ? qr(meeting.code) : null,
        h("p", { class: "how" }, t(meeting.code ? "proj.join_how" : "proj.own_how")),
        h("p", { class: "address" }, address()),
        meeting.code ? h("p", { class: "code" }, spaced(meeting.code)) : null),
    ],
    note: config.unreviewed ? unreviewed() : config.languages.map(it => t(`language.${it}`)).join(" · "),
  })]
}

// No native speaker has read the words of this screen.
function unreviewed() {
  return [t("language.unreviewed"), " ", h("bdi", { lang: "sv" }, config.unreviewed)]
}

export function influence(stage) {
  const meeting = get("meeting")
  const ours = shares("ours", meeting.can_influence, items => sides(meeting, items, []), 4)
  const decided = shares("decided", meeting.decided, items => sides(meeting, [], items), 4)
  const lists = Array.from({ length: Math.max(ours.length, decided.length) }, (_, n) => {
    return () => sides(meeting, last(ours, n), last(decided, n))
  })
  const rules = shares("rules", meeting.rules, items => ruleList(meeting, items))
  return [...lists, ...rules.map(items => () => ruleList(meeting, items))]
}

function sides(meeting, ours, decided) {
  return {
    layout: "influence",
    kicker: t("proj.level"),
    title: t(`level.${meeting.level}`),
    lead: [h("p", { class: "lead" }, t(`level_means.${meeting.level}`))],
    body: [listed("proj.you_influence", ours), listed("proj.decided", decided)],
  }
}

// Of two lists the shorter waits on its last page for the longer.
function last(pages, n) {
  return pages[Math.min(n, pages.length - 1)] || []
}

function listed(title, items) {
  return h("section", { class: "listed" },
    h("h2", {}, t(title)),
    h("ul", { "data-list": items.length > 0, "data-box": "" },
      items.map(item => h("li", {}, text("span", { "data-lines": 8 }, item)))))
}

function ruleList(meeting, items) {
  return {
    layout: "rules",
    kicker: meeting.title,
    title: t("proj.rules"),
    body: [h("ol", { class: "rule-list", "data-list": "", "data-box": "" },
      items.map(item => h("li", {}, text("span", { "data-lines": 8 }, item))))],
  }
}

export function tryOut(stage, presence) {
  return [() => ({
    ...asking(stage),
    layout: "try-out",
    timed: true,
    body: [
      h("p", { class: "people" }, figure("proj.tried", presence.tried)),
      marks(presence.tried, [14, 4]),
    ],
    note: t("proj.tried_note"),
  })]
}
