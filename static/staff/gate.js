// The two questions that are answered before residents are invited to a dialogue.
import { h } from "../lib/element.js"
import { t } from "../lib/words.js"

const QUESTIONS = ["question", "deciders"]

// Asks them; `then` gets {question, deciders, note} once both are answered with yes.
export function askAtTheGate(title, then) {
  const note = h("input", { type: "text", id: "gate-note", maxlength: "300", autocomplete: "off" })
  const instead = h("p", { class: "instead", role: "status" })
  const open = h("button", { type: "submit", class: "primary" }, t("staff.gate_open"))
  const cancel = h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, t("staff.gate_cancel"))
  const form = h("form", { method: "dialog" },
    h("h2", { id: "gate-heading" }, t("staff.gate_title")),
    h("p", { class: "note" }, t("staff.gate_help", { session: title })),
    QUESTIONS.map(question),
    h("div", { class: "field" }, h("label", { for: "gate-note" }, t("staff.gate_note")), note),
    instead,
    h("p", { class: "acts" }, open, cancel))
  const dialog = h("dialog", { class: "gate", "aria-labelledby": "gate-heading" }, form)

  form.addEventListener("change", () => {
    const no = QUESTIONS.some((name) => form.elements[name].value === "no")
    open.disabled = no
    instead.textContent = no ? t("staff.gate_instead") : ""
  })
  form.addEventListener("submit", (event) => {
    event.preventDefault()
    dialog.close()
    then({ question: true, deciders: true, note: note.value.trim() })
  })
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close())
  dialog.addEventListener("close", () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

function question(name) {
  return h("fieldset", {},
    h("legend", {}, t(`staff.gate_${name}`)),
    ["yes", "no"].map((value) => h("label", {},
      h("input", { type: "radio", name, value, required: true }), t(`staff.gate_${value}`))))
}
