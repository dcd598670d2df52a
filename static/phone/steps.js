// What the phone shows for each kind of step. A view is {node, update()}; its node stays as long as
// the step does, and nobody takes it away while there is unsent text in it.
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { at, say, t } from "../lib/words.js"
import { Later, Page, para, said, section, Stack } from "./parts.js"
import { Writing } from "./writing.js"

export function viewOf(phone, stage) {
  const atTable = phone.table && !stage.ended
  return atTable ? new Later("table", it => it.viewOf(phone, stage)) : ordinary(phone, stage)
}

export function ordinary(phone, stage) {
  const top = new Page(() => heading(stage))
  const mine = new Later("own", own => new own.Mine(phone, { step: stage.step }))
  const later = name => new Later(name, it => it.viewOf(phone, stage))
  switch (kindOf(stage)) {
    case "topics": return new Later("window", it => new it.Window(phone, stage))
    case "collect":
    case "meanings": return new Stack(new Writing(phone, stage), mine, later("groups"))
    case "check": return new Stack(top, later("groups"), mine)
    case "dots":
    case "groups":
    case "target-groups": return new Stack(top, later("groups"))
    case "try-out":
    case "evaluation": return new Stack(top, later("answers"))
    case "table-talk": return new Stack(top, new Page(() => para(t("wait.listen"))), later("groups"))
    case "influence": return new Stack(top, new Page(() => influence(stage)))
    case "break": return new Stack(top, new Page(() => rest(get("stage"))), later("groups"))
    case "thanks": return new Stack(top, later("own"), later("groups"))
    case "ended": return new Stack(new Page(ended), later("own"), later("groups"))
  }
  return new Stack(new Page(() => welcome(stage)))
}

// Where everybody goes through the topics in an order of their own, the step is of another kind.
export function kindOf({ ended, kind }) {
  if (ended) return "ended"
  return kind === "meanings" && get("meeting").self_paced ? "topics" : kind
}

// ── to read ───────────────────────────────────────────────────────────────────────────────────

function listOf(texts) {
  return h("ul", { class: "plain-list" }, texts.map(text => said("li", {}, text)))
}

export function heading(stage) {
  return [said("h1", { tabindex: "-1" }, stage.title), say(stage.prompt).words && said("p", {}, stage.prompt)]
}

function welcome(stage) {
  const meeting = get("meeting")
  return [
    h("h1", { tabindex: "-1" }, t(meeting.self_paced ? "wait.window_title" : "wait.title")),
    said("p", { class: "lead" }, meeting.title),
    stage.step && said("p", {}, stage.prompt),
    para(t(meeting.self_paced ? "wait.window_body" : "wait.body")),
    aboutMeeting(meeting),
  ]
}

export function aboutMeeting(meeting) {
  return [
    meeting.purpose && section(t("about.purpose"), said("p", {}, meeting.purpose)),
    meeting.question && section(t("about.question"), said("p", {}, meeting.question)),
    level(meeting),
  ]
}

function level(meeting) {
  return section(t("about.level", { level: t(`level.${meeting.level}`) }), para(t(`level_means.${meeting.level}`)))
}

// What can be influenced and what cannot; `stage` is the step whose title may say so already.
function mandate(stage) {
  const { can_influence, decided } = get("meeting")
  const titled = stage && say(stage.title).words === t("about.can_influence")
  return [
    can_influence.length > 0 && (titled ? listOf(can_influence) : section(t("about.can_influence"), listOf(can_influence))),
    decided.length > 0 && section(t("about.decided"), listOf(decided)),
  ]
}

export function influence(stage) {
  const { rules } = get("meeting")
  return [mandate(stage), rules.length > 0 && section(t("about.rules"), listOf(rules))]
}

// For whoever has just come in.
export function beforehand() {
  return [level(get("meeting")), mandate(), information()]
}

function rest(stage) {
  return stage.until ? para(t("wait.paused", { time: stage.until })) : null
}

function ended() {
  return [h("h1", { tabindex: "-1" }, t("ended.title")), para(t("ended.body"))]
}

export function information() {
  return section(
    t("about.before"),
    para(t("join.anonymous")),
    para(t("join.public_notice")),
    h("p", {}, h("a", { href: at("/privacy") }, t("join.privacy_link"))),
  )
}
