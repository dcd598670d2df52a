// While people write: the question, the time, what comes in, and groups growing.
import { get } from "../../lib/records.js"
import { h } from "../../lib/element.js"
import { t } from "../../lib/words.js"
import { roomFor } from "../fit.js"
import { isWide } from "../frame.js"
import { bar, chunks, empty, figure, groupsIn, quote, size, slots, text, timer, vacant } from "../parts.js"
import { asking } from "./heading.js"
import { ROW, rows } from "./groups.js"
import { latest } from "./latest.js"


export function writing(stage, presence, drawSoon) {
  return stage.area ? oneArea(stage, drawSoon) : allAreas(stage, drawSoon)
}

function oneArea(stage, drawSoon) {
  const wall = wallAt(stage.area)
  const groups = groupsIn(stage.area)
  const head = () => ({
    ...question(stage),
    note: wall.contributions ? size(wall.contributions, wall.people) : null,
  })
  if (!wall.latest.length && !groups.length) {
    return [() => beforeAnyone(stage, head())]
  }
  if (!groups.length) {
    return [() => ({ ...head(), layout: "wall", body: [posts(stage.area, isWide() ? 6 : 4, drawSoon)] })]
  }
  const growing = slots(groups, roomFor({ ...head(), layout: "growing" }, ROW, 3)).map(page => () => ({
    ...head(),
    layout: isWide() ? "writing" : "growing",
    body: [...(isWide() ? [posts(stage.area, 3, drawSoon)] : []), rows(page, groups)],
  }))
  if (isWide()) return growing
  return [() => ({ ...head(), layout: "wall", body: [posts(stage.area, 4, drawSoon)] }), ...growing]
}

// Nobody has written yet: the question is alone.
function beforeAnyone(stage, head) {
  return {
    ...head,
    layout: "alone",
    title: null,
    lead: [],
    body: [h("div", { class: "words", "data-shrink": "", "data-trim": "" },
      text("h1", {}, head.title), ...topics(stage), empty("proj.empty_wall"))],
  }
}

function question(stage) {
  const head = asking(stage)
  const below = [...topics(stage), ...head.lead]
  return { ...head, timed: true, isClosed: !stage.open, lead: below, style: below.length ? "asked compact" : "asked" }
}

function posts(area, most, drawSoon) {
  const places = latest(area, most, drawSoon)
  const newest = Math.max(...places.map(post => post ? post.contribution : 0))
  return h("ul", { class: "wall" }, places.map(post => post
    ? quote("li", post, 4, { "data-box": "", "data-newest": post.contribution === newest })
    : vacant()))
}

function topics(stage) {
  if (!stage.topics || !stage.topics.length) return []
  return [h("ul", { class: "topics" }, stage.topics.map(topic => text("li", {}, topic.text)))]
}

// ── across all areas ──────────────────────────────────────────────────────────────────────────

function allAreas(stage, drawSoon) {
  const areas = get("meeting").areas
  const largest = Math.max(10, ...[...areas.map(area => area.id), ""].map(id => wallAt(id).contributions))
  return chunks(areas, 4).map(some => () => ({
    ...question(stage),
    layout: "areas",
    body: [
      h("ul", { class: "areas" }, some.map(area => column(area, largest, drawSoon))),
      ...outside(drawSoon),
    ],
    note: total(),
  }))
}

function column(area, largest, drawSoon) {
  const wall = wallAt(area.id)
  return h("li", { "data-key": `area-${area.number}`, "data-area": area.number, "data-box": "" },
    h("div", { class: "area-head" },
      h("span", { class: "numeral" }, String(area.number)),
      h("p", { class: "size" }, h("span", {}, figure("count.contributions", wall.contributions)))),
    bar(wall.contributions, largest),
    text("h2", { "data-lines": isWide() ? 3 : 2 }, area.short),
    posts(area.id, 1, drawSoon))
}

function outside(drawSoon) {
  const [post] = latest("", 1, drawSoon)
  return post ? [h("ul", { class: "outside", "data-box": "" }, h("li", {},
    h("strong", {}, t("proj.across")), " ", quote("span", post, 1)))] : []
}

function wallAt(area) {
  return get(`wall/${area}`) || { contributions: 0, people: 0, latest: [] }
}

function total() {
  const { contributions = 0, authors = 0 } = get("counts") || {}
  return contributions ? size(contributions, authors) : null
}

// ── at the tables ─────────────────────────────────────────────────────────────────────────────

export function tableTalk(stage) {
  return [() => ({
    ...asking(stage),
    layout: "table-talk",
    body: [...topics(stage), timer()].filter(Boolean),
  })]
}
