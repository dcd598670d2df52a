// The device of a table: what those who sit there want to say together, and how many they are.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"
import { Later, Page, para, Stack } from "./parts.js"
import { heading, ordinary } from "./steps.js"
import { Writing } from "./writing.js"

const MOST = 50

export function viewOf(phone, stage) {
  const notes = new Later("own", own => new own.Mine(phone, { heading: "table.notes" }))
  const groups = new Later("groups", it => it.viewOf(phone, stage))
  switch (stage.kind) {
    case "collect":
    case "meanings":
    case "table-talk": return new Stack(new Writing(phone, stage), notes, groups)
    case "check": return new Stack(new Page(() => heading(stage)), new People(phone), groups, notes)
    case "dots":
    case "evaluation": return new Stack(new Page(() => [heading(stage), para(t("table.own_phones"))]), groups, notes)
  }
  return ordinary(phone, stage)
}

// How many stand behind what is written next; remembered.
export class People {
  constructor(phone) {
    const input = h("input", {
      type: "number",
      id: "people",
      min: "1",
      max: String(MOST),
      inputmode: "numeric",
      value: phone.kept.me.people || "",
      oninput: () => phone.kept.note({ people: manyIn(input) }),
    })
    this.node = h("div", { class: "people" }, h("label", { for: "people" }, t("table.people")), input)
  }

  update() {}
}

function manyIn({ value }) {
  const n = Math.round(Number(value))
  return n >= 1 && n <= MOST ? n : null
}

// Nothing is sent in the name of nobody knows how many.
export function asksHowMany(phone) {
  const input = document.getElementById("people")
  if (phone.kept.me.people || !input) return false
  phone.say(t("table.people_missing", { most: MOST }), "bad")
  input.focus()
  return true
}
