// <staff-making>: a new dialogue, or a new session in one, from the template.
import { field } from "./field.js"
import { h } from "../lib/element.js"
import { at, config, say, t } from "../lib/words.js"
import { act, heard, refresh } from "./overview.js"

const TYPES = ["citizen-dialogue", "board-meeting", "formal-meeting", "web-window", "class"]

class StaffMaking extends HTMLElement {
  connectedCallback() {
    if (config.role !== "facilitator") return
    this.append(this.session(), this.dialogue())
    heard((overview) => this.choices(overview))
  }

  session() {
    this.which = h("select", { name: "dialogue", required: true })
    const type = h("select", { name: "type" }, TYPES.map((value) => h("option", { value }, t(`session_type.${value}`))))
    return this.form("new-session", "staff.new_session", "staff.make_session", "staff.made_session",
      (fields) => fields,
      field(t("staff.dialogue"), this.which),
      field(t("staff.name"), h("input", { type: "text", name: "title", required: true, maxlength: "120" })),
      field(t("staff.date"), h("input", { type: "date", name: "date" })),
      field(t("staff.type"), type))
  }

  dialogue() {
    return this.form("new-dialogue", "staff.new_dialogue", "staff.make_dialogue", "staff.made_dialogue",
      (fields) => ({ ...fields, areas: lines(fields.areas), target_groups: lines(fields.target_groups) }),
      field(t("staff.municipality"), h("input", { type: "text", name: "municipality", required: true, maxlength: "80" })),
      field(t("staff.record_number"), h("input", { type: "text", name: "record_number", required: true, maxlength: "40" })),
      field(t("staff.name"), h("input", { type: "text", name: "title", required: true, maxlength: "120" }), "wide"),
      field(t("staff.purpose"), h("textarea", { name: "purpose", rows: "2" }), "wide"),
      field(t("staff.areas"), h("textarea", { name: "areas", rows: "5", required: true })),
      field(t("staff.target_groups"), h("textarea", { name: "target_groups", rows: "5" })))
  }

  form(name, heading, button, made, body, ...fields) {
    const press = h("button", { type: "submit", class: "primary" }, t(button))
    const done = h("p", { class: "done", role: "status" })
    const form = h("form", { class: "making" }, fields, h("div", { class: "wide" }, press), done)
    form.addEventListener("submit", (event) => {
      event.preventDefault()
      done.textContent = ""
      const values = Object.fromEntries([...new FormData(form)].map(([key, value]) => [key, value.trim()]))
      act(press, at(`/api/staff/${name}`), body(values), (answer) => {
        form.reset()
        done.textContent = t(made)
        refresh().then(() => answer.dialogue && this.choose(answer.dialogue))
      })
    })
    return h("details", { id: name }, h("summary", {}, t(heading)), h("p", { class: "note" }, t("staff.new_help")), form)
  }

  choices({ dialogues }) {
    const names = dialogues.map((dialogue) => [dialogue.id, `${say(dialogue.title).words} (${dialogue.record_number})`])
    const drawn = JSON.stringify(names)
    if (drawn === this.drawn) return
    this.drawn = drawn
    const chosen = this.which.value
    this.which.replaceChildren(...names.map(([value, name]) => h("option", { value }, name)))
    if (dialogues.some((dialogue) => dialogue.id === chosen)) this.which.value = chosen
  }

  // After a new dialogue its first session is what comes next.
  choose(dialogue) {
    this.which.value = dialogue
    this.querySelector("#new-session").open = true
  }
}

function lines(text) {
  return text.split("\n").map((line) => line.trim()).filter(Boolean)
}

customElements.define("staff-making", StaffMaking)
