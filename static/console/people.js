// <console-people>: who is here, who has written, and whom we have not heard.
import { h } from "../lib/element.js"
import { get, watch } from "../lib/records.js"
import { say, t } from "../lib/words.js"
import { heard, now } from "../staff/line.js"
import { areas, areaChip, COMMITTEES, targetGroupName } from "../staff/names.js"

class ConsolePeople extends HTMLElement {
  connectedCallback() {
    this.unusual = h("p", { class: "unusual", role: "status" })
    this.totals = h("dl", { class: "totals numerals" })
    this.byArea = h("tbody", {})
    this.byGroup = h("tbody", {})
    this.append(
      this.unusual,
      this.totals,
      table("console.by_area", ["console.area", "console.contributions_column"], this.byArea),
      table("console.by_group", ["console.target_group", "console.people_column", "console.contributions_column"], this.byGroup),
      h("p", { class: "note" }, t("console.staff_only")),
    )
    this.stop = watch("", () => this.update())
    heard(() => this.update())
    this.update()
  }

  disconnectedCallback() {
    this.stop()
  }

  update() {
    const counts = get("counts")
    const meeting = get("meeting")
    if (!counts || !meeting) return
    const shown = JSON.stringify([counts, now, meeting, (get("stage") || {}).kind])
    if (shown === this.shown) return
    this.shown = shown
    this.total(counts)
    const strange = now.unusual ? t("console.unusual") : ""
    if (this.unusual.textContent !== strange) this.unusual.textContent = strange
    this.unusual.hidden = !strange
    const most = Math.max(1, ...Object.values(counts.by_area))
    const across = counts.by_area[""] ? [{ id: "" }] : []
    this.byArea.replaceChildren(...[...areas(), ...across].map((area) =>
      row(areaChip(area.id), [counts.by_area[area.id] || 0], most)))
    const groups = [...meeting.target_groups]
    if (!groups.some((group) => group.id === "undisclosed")) groups.push({ id: "undisclosed", name: t("console.undisclosed") })
    const people = counts.people_by_target_group || {}
    const wrote = counts.by_target_group || {}
    if (wrote[COMMITTEES]) groups.push({ id: COMMITTEES, name: targetGroupName(COMMITTEES) })
    const peak = Math.max(1, ...Object.values(wrote))
    this.byGroup.replaceChildren(...groups.map((group) =>
      row(say(group.name).words, [people[group.id] || 0, wrote[group.id] || 0], peak)))
  }

  total(counts) {
    const pairs = [
      ["console.connected", now.connected],
      ["console.people", counts.people],
      ["console.lately", now.lately, now.unusual],
      ["console.in_step", now.in_step, now.unusual],
      ["console.authors", counts.authors],
      ["console.contributions_column", counts.contributions],
      counts.behind ? ["console.behind", counts.behind] : null,
      (get("stage") || {}).kind === "try-out" ? ["console.tried", now.tried] : null,
    ]
    this.totals.replaceChildren(...pairs.filter(Boolean).map(([key, n, strange]) =>
      h("div", { class: strange ? "strange" : null }, h("dt", {}, t(key)), h("dd", {}, String(n)))))
  }
}

function table(caption, columns, body) {
  return h("table", { class: "numerals" },
    h("caption", {}, t(caption)),
    h("thead", {}, h("tr", {}, columns.map((key) => h("th", { scope: "col" }, t(key))))),
    body)
}

// The last number also as a bar, so that the quiet ones are seen at a glance.
function row(name, numbers, most) {
  const bar = h("span", { class: "share", "aria-hidden": "true" })
  bar.style.inlineSize = `${(100 * numbers[numbers.length - 1]) / most}%`
  const cells = numbers.map((n, at) => h("td", {}, String(n), at === numbers.length - 1 ? bar : null))
  return h("tr", { class: numbers.some(Boolean) ? null : "silent" }, h("th", { scope: "row" }, name), cells)
}

customElements.define("console-people", ConsolePeople)
