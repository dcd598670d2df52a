// <console-switches>: what is open, shown and flowing, each with the one press that changes it.
import { PROJECTOR, SAFETY, Switches } from "../staff/switches.js"

const COLLECTING = ["collect", "meanings", "table-talk", "check"]
const collects = ({ stage }) => COLLECTING.includes(stage.kind)
// What belongs to a storm is seen here while it lasts.
const whileUnusual = (what) => ({ ...what, key: "", belongs: (now) => what.on(now) !== what.calm })

// In a window on the web nobody sees what others write before it has ended.
const isWindow = ({ settings }) => (settings || {}).window

const SWITCHES = {
  posting: { on: ({ stage }) => stage.open, make: (on) => ({ type: "set-posting", open: on }), key: "p", belongs: collects },
  projector: PROJECTOR,
  feed: { on: ({ stage }) => !stage.paused, make: (on) => ({ type: "pause-feed", paused: !on }), key: " ", calm: true },
  others: { on: ({ stage }) => stage.others_shown, make: (on) => ({ type: "show-others", shown: on }), key: "", belongs: (now) => collects(now) && !isWindow(now) },
  dots: { on: ({ stage }) => stage.dots_revealed, make: (on) => ({ type: "reveal-dots", revealed: on }), key: "", belongs: ({ stage }) => stage.kind === "dots" },
  joining: whileUnusual(SAFETY.joining),
  slow: whileUnusual(SAFETY.slow),
}

class ConsoleSwitches extends Switches {
  switches = SWITCHES
}

customElements.define("console-switches", ConsoleSwitches)
