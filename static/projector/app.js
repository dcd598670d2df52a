// The projector: the session's records as a picture for the hall. Arrow keys turn pages,
// P stops the turning, F fills the screen, S stops motion, T changes between light and dark.
import { connect } from "../lib/connection.js"
import { watch } from "../lib/records.js"
import { config } from "../lib/words.js"
import { forgetSizes } from "./fit.js"
import { toggleStill } from "./motion.js"
import { pair } from "./pairing.js"
import { Picture } from "./picture.js"
import { startTheme, toggleTheme } from "./theme.js"

startTheme()
if (config.session) show(config.session)
else pair(document.querySelector("main"))

function show(session) {
  const picture = new Picture()
  watch("", () => picture.drawSoon())
  connect({
    session,
    audience: "projector",
    onStatus: status => {
      if (status === "reload") location.reload()
      picture.hear({ status })
    },
    onPresence: presence => picture.hear({ presence }),
  })
  addEventListener("resize", () => {
    forgetSizes()
    picture.drawSoon()
  })
  addEventListener("keydown", event => press(event, picture))
  stayAwake()
}

const KEYS = {
  ArrowRight: picture => picture.pages.turn(document.dir === "rtl" ? -1 : 1),
  ArrowLeft: picture => picture.pages.turn(document.dir === "rtl" ? 1 : -1),
  ArrowDown: picture => picture.pages.turn(1),
  ArrowUp: picture => picture.pages.turn(-1),
  PageDown: picture => picture.pages.turn(1),
  PageUp: picture => picture.pages.turn(-1),
  p: picture => picture.pages.togglePause(),
  s: picture => {
    toggleStill()
    picture.drawSoon()
  },
  f: () => fillScreen(),
  t: () => toggleTheme(),
}

function press(event, picture) {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key]
  if (!act) return
  event.preventDefault()
  act(picture)
}

function fillScreen() {
  if (document.fullscreenElement) document.exitFullscreen()
  else if (document.documentElement.requestFullscreen) document.documentElement.requestFullscreen()
}

// Browsers allow it only over HTTPS; elsewhere the machine's own settings must keep it awake.
async function stayAwake() {
  if (!navigator.wakeLock) return
  const ask = () => document.visibilityState === "visible" && navigator.wakeLock.request("screen").catch(() => {})
  document.addEventListener("visibilitychange", ask)
  ask()
}
