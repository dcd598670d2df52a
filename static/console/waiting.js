// How much waits to be read, how long the oldest has waited, and who reads.
import { serverNow } from "../lib/connection.js"
import { h } from "../lib/element.js"
import { get } from "../lib/records.js"
import { t } from "../lib/words.js"
import { duration } from "../staff/names.js"
import { isTaken, seat, slipsOf } from "./slips.js"

const WAITS_LONG = 60000

// A line that `tick()` keeps right, and one below about those who read.
export class Waiting {
  constructor() {
    this.line = h("p", { class: "waiting" })
    this.readers = h("p", { class: "note readers" })
  }

  tick() {
    const queue = get("queue")
    if (!queue) return
    const age = queue.oldest_at ? serverNow() - queue.oldest_at : 0
    write(this.line, queue.held ? t("console.waiting", { n: queue.held, time: duration(age) }) : t("console.nothing_waits"))
    this.line.classList.toggle("long", queue.held > 0 && age > WAITS_LONG)
    write(this.readers, readers(queue))
  }
}

function readers(queue) {
  const taken = queue.slips.filter(isTaken).length
  return [
    t("console.on_duty", { n: queue.on_duty || 0 }),
    taken ? t("console.read_by_others", { n: taken }) : "",
    queue.unread ? t("console.unread", { n: queue.unread }) : "",
  ].filter(Boolean).join(" · ")
}

function write(place, words) {
  if (place.textContent !== words) place.textContent = words
}

// What somebody else finds an insult: a second person has to agree, or not.
export const forASecond = () => slipsOf("queue").filter((slip) => slip.asserted_by && slip.asserted_by !== seat)
