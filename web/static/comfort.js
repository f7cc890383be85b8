// Comfort for browsers with JavaScript. Every page works without it; each module looks for its
// own data- attributes, takes its words from them, stores nothing and asks only this server.
import "./leave.js";
import "./places.js";
import "./near.js";
import "./copy.js";
import "./soon.js";
