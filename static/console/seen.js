// Which step this facilitator has had time to see. Two people who press Next in the same breath
// mean the same step: what another one has just opened does not count as seen, and the server
// refuses the second press in words.
import { get, watch } from "../lib/records.js"

const SETTLES = 1200 // ms

let open = undefined // the step that is open
let before = undefined // what counts as seen until `open` has settled
let openedAt = 0
let expected = null

export function seenStep() {
  return Date.now() - openedAt > SETTLES ? open : before
}

// A change that this facilitator asked for is seen at once; `step` "*" means whichever comes.
export function expect(step) {
  expected = step
}

document.addEventListener("undoing", ({ detail }) => detail.words === "step" && expect("*"))

watch("stage", () => {
  const { step } = get("stage")
  if (step === open) return
  const mine = open === undefined || expected === step || expected === "*"
  before = mine ? step : open
  open = step
  openedAt = Date.now()
  expected = null
})
