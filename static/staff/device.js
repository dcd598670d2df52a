// <staff-device>: until when this device is signed in, and a link for one more of one's own.
import { h } from "../lib/element.js"
import { at, config, t } from "../lib/words.js"
import { moment } from "./names.js"
import { post, refusal } from "./post.js"
import { button } from "./press.js"

class StaffDevice extends HTMLElement {
  connectedCallback() {
    const place = h("div", { class: "handed" })
    const error = h("p", { class: "answer", role: "alert" })
    const make = button("staff.device_make", async () => {
      const link = await post(at("/api/staff/phone-link"), {})
      error.textContent = link.ok ? "" : refusal(link)
      if (link.ok) place.replaceChildren(picture(link.body.qr, t("staff.device_qr")))
    })
    this.append(
      h("p", { class: "note" }, t("staff.signed_in_until", { time: moment(config.signed_in_until) })),
      h("details", {}, h("summary", {}, t("staff.device")), h("p", { class: "note" }, t("staff.device_help")), make, place, error,
        h("p", { class: "note noted" }, t("staff.noted"))))
  }
}

export function picture(src, alt) {
  return h("img", { class: "qr", src, alt, width: "200", height: "200" })
}

customElements.define("staff-device", StaffDevice)
