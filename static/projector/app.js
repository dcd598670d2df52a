// The projector: the session's records as a picture for the hall. Arrow keys turn pages,
// P stops the turning, F fills the screen, S stops motion, T changes between light and dark,
// N asks for a new number, to show another session.
import { connect } from "../lib/connection.js"
import { get, watch } from "../lib/records.js"
import { config } from "../lib/words.js"
import { forgetSizes } from "./fit.js"
import { toggleStill } from "./motion.js"
import { pair } from "./pairing.js"
import { Picture } from "./picture.js"
import { startTheme, toggleTheme } from "./theme.js"

startTheme()
addEventListener("keydown", press)
const address = new URL(location)
let picture = null
if (config.session && !address.searchParams.has("new")) show(config.session)
else pair(document.querySelector("main"))

function show(session) {
  picture = new Picture()
  watch("", () => picture.drawSoon())
  connect({
    session,
    audience: "projector",
    onStatus: status => {
      if (status === "reload") location.reload()
      if (status === "ended" && !get("meeting")) askAnew()
      picture.hear({ status })
    },
    onPresence: presence => picture.hear({ presence }),
  })
  addEventListener("resize", () => {
    forgetSizes()
    picture.drawSoon()
  })
  stayAwake()
}

function keys() {
  const onwards = document.dir === "rtl" ? -1 : 1
  return {
    f: fillScreen,
    t: toggleTheme,
    ...picture && {
      ArrowRight: () => picture.pages.turn(onwards),
      ArrowLeft: () => picture.pages.turn(-onwards),
      ArrowDown: () => picture.pages.turn(1),
      ArrowUp: () => picture.pages.turn(-1),
      PageDown: () => picture.pages.turn(1),
      PageUp: () => picture.pages.turn(-1),
      p: () => picture.pages.togglePause(),
      s: toggleStill,
      n: askAnew,
    },
  }
}

function askAnew() {
  address.searchParams.set("new", "")
  location.replace(address)
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return
  const act = keys()[event.key.length === 1 ? event.key.toLowerCase() : event.key]
  if (!act) return
  event.preventDefault()
  act()
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
