// The staff's page: the overview for those who are signed in, else the way in.
import { config } from "../lib/words.js"

const PARTS = ["./overview.js", "./making.js", "./device.js", "./links.js", "./audit.js"]

if (config.role) Promise.all(PARTS.map((part) => import(part)))
else import("./login.js")
