// The scribe's page: what was written on paper goes in, one answer after the other.
import { h } from "../lib/element.js"
import { serverNow } from "../lib/connection.js"
import { get, watch } from "../lib/records.js"
import { say, t } from "../lib/words.js"
import { start, watchLine } from "../staff/line.js"
import { duration } from "../staff/names.js"
import { keep } from "../staff/keyed.js"
import { slipsOf, words } from "../console/slips.js"
import { areaChip, targetGroupName } from "../staff/names.js"
import "../console/paper.js"

const list = document.querySelector(".latest ol")
const none = document.querySelector(".none")

function bar() {
  const meeting = get("meeting")
  const stage = get("stage")
  if (!meeting || !stage) return
  const title = say(meeting.title).words
  document.querySelector(".bar .meeting").textContent = meeting.room ? `${title} · ${meeting.room}` : title
  document.querySelector(".now").textContent = stage.ended
    ? t("scribe.ended")
    : stage.step ? t("scribe.now", { step: say(stage.title).words }) : t("scribe.before")
}

function left() {
  const { ends_at } = get("timer") || {}
  const ms = (ends_at || 0) - serverNow()
  document.querySelector(".time-left").textContent = ms > 0 ? t("scribe.time_left", { time: duration(ms) }) : ""
}

function latest() {
  const slips = slipsOf("paper")
  none.hidden = slips.length > 0
  // What a moderator has hidden or masked is drawn anew.
  keep(list, slips, (slip) => `${slip.contribution} ${slip.standing} ${slip.text}`, line)
}

// The number first: it is what stands beside the answer on the paper.
function line(slip) {
  const from = slip.table ? t("scribe.table", { table: slip.table }) : t(`channel.${slip.channel}`)
  const people = slip.people > 1 ? t("scribe.behind", { n: slip.people }) : null
  const unseen = slip.standing === "visible" ? null : t(slip.standing === "held" ? "standing.held" : "scribe.hidden")
  return h("li", { class: "entered-slip", "data-standing": slip.standing },
    h("p", { class: "slip-number numerals" },
      h("span", { class: "visually-hidden" }, t("scribe.number", { number: slip.contribution })),
      h("span", { "aria-hidden": "true" }, String(slip.contribution))),
    h("div", {},
      words(slip),
      h("p", { class: "about" },
        unseen ? h("strong", {}, unseen) : null,
        areaChip(slip.area),
        h("span", {}, [t(`kind.${slip.kind}`), targetGroupName(slip.target_group), from, people].filter(Boolean).join(" · ")))))
}

watch("", () => {
  bar()
  left()
  latest()
})
watchLine(document.querySelector(".line"))
setInterval(left, 1000)
start("scribe")
