// Which pages a step has on the projector. A page is made anew each time it is drawn:
// {layout, area, kicker, title, lead, timed, hero, body, note}.
import { get } from "../lib/records.js"
import { lobby, influence, tryOut } from "./screens/arrival.js"
import { breakTime, evaluation, thanks } from "./screens/ending.js"
import { dots, groups } from "./screens/groups.js"
import { targetGroups } from "./screens/target-groups.js"
import { tableTalk, writing } from "./screens/writing.js"
import { heading } from "./screens/heading.js"
import { h } from "../lib/element.js"

const SCREENS = {
  lobby,
  welcome: lobby,
  influence,
  "try-out": tryOut,
  collect: writing,
  meanings: writing,
  "table-talk": tableTalk,
  check: groups,
  groups,
  dots,
  "target-groups": targetGroups,
  break: breakTime,
  evaluation,
  thanks,
}

export function screenOf(presence, drawSoon) {
  const stage = get("stage")
  if (stage.blank) return { name: "blank", pages: [blank] }
  if (stage.ended) return { name: "ended", pages: thanks(stage) }
  const name = [stage.step, stage.kind, stage.dots_revealed ? "revealed" : ""].filter(Boolean).join(" ")
  return { name, pages: (SCREENS[stage.kind] || plain)(stage, presence, drawSoon) }
}

function blank() {
  return { layout: "blank", body: [h("p", { class: "municipality" }, get("meeting").municipality)] }
}

function plain(stage) {
  return [() => ({ ...heading(stage), layout: "plain", body: [] })]
}
