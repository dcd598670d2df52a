// The staff's page: the overview for those who are signed in, else the way in.
import { config } from "../lib/words.js"

if (config.role) Promise.all([import("./overview.js"), import("./making.js")])
else import("./login.js")
